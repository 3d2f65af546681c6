"""An embedding pass that is killed without warning, at many instants."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.jobs.add import run_add
from desktop_al.jobs.embed import run_embed
from desktop_al.store.project import Project
from tests.models.files import save_onnx
from tests.pictures import make_pictures

IMAGES = 160
# Counts the steps at which vectors become durable and dies without warning before or after the n-th of them.
PROGRAM = """
import os, signal, sys
from pathlib import Path
from desktop_al.domain.context import Context
from desktop_al.domain.specs import EmbedSpec
from desktop_al.jobs.embed import run_embed
from desktop_al.store import samples
from desktop_al.store.project import Project

left = int(sys.argv[3])

def count():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def counted(function):
    def wrapper(*arguments):
        count()
        result = function(*arguments)
        count()
        return result
    return wrapper

if __name__ == "__main__":
    with Project.open(Path(sys.argv[1]), "w") as project:
        os.fsync = counted(os.fsync)
        samples.set_facts = counted(samples.set_facts)
        run_embed(project, EmbedSpec(sys.argv[2], chunk=16), Context())
"""


@pytest.mark.parametrize("instant", [1, 2, 5, 7, 14, 29])
def test_that_a_killed_embed_job_resumes_at_the_last_chunk(tmp_path: Path, instant: int) -> None:
    model = str(save_onnx(tmp_path / "small.onnx", gives="both"))
    make_pictures(tmp_path / "images", IMAGES)
    folder = tmp_path / "test.alproject"
    with Project.create(folder) as project:
        run_add(project, AddSpec((tmp_path / "images",)), Context())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), model, str(instant)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Project.open(folder, "w") as project:
        before = len(project.embeddings())
        assert before < IMAGES
        result = run_embed(project, EmbedSpec(model, chunk=16), Context())
        assert (result.embedded, result.reused) == (IMAGES - before, before)
        embeddings = project.embeddings()
        assert len(embeddings) == IMAGES
        resumed = embeddings.vectors.copy()
    with Project.create(tmp_path / "whole.alproject") as project:
        run_add(project, AddSpec((tmp_path / "images",)), Context())
        run_embed(project, EmbedSpec(model), Context())
        assert np.allclose(resumed, project.embeddings().vectors, atol=1e-5)


def test_that_later_instants_keep_more(tmp_path: Path) -> None:
    model = str(save_onnx(tmp_path / "small.onnx"))
    make_pictures(tmp_path / "images", IMAGES)
    kept = []
    for instant in (3, 20):
        folder = tmp_path / f"{instant}.alproject"
        with Project.create(folder) as project:
            run_add(project, AddSpec((tmp_path / "images",)), Context())
        arguments = [sys.executable, "-c", PROGRAM, str(folder), model, str(instant)]
        subprocess.run(arguments, capture_output=True, timeout=120, check=False)
        with Project.open(folder) as project:
            kept.append(len(project.embeddings()))
    assert kept[0] < kept[1]
