"""What a project holds, at a glance."""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from desktop_al.domain.records import Counts, ModelRecord, Source
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch with what was decided on it."""

    number: int
    round: int
    strategy: str
    count: int
    accepted: int
    rejected: int
    created_at: str


@dataclass(frozen=True, slots=True)
class InfoResult:
    """What a project holds; ``samples_of`` counts the samples of each source, ``bytes`` those of the project folder.

    ``embedded`` counts, for each model key, the samples with a current embedding; ``mapped`` those on the map.
    """

    path: Path
    counts: Counts
    sources: tuple[Source, ...]
    samples_of: dict[int, int]
    models: tuple[ModelRecord, ...]
    embedded: dict[str, int]
    mapped: int
    batches: tuple[BatchLine, ...]
    classes: dict[str, int]
    metadata_fields: tuple[str, ...]
    bytes: int
    tags: dict[str, int] = field(default_factory=dict)
    notes: int = 0
    highlights: dict[str, int] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``info``."""
        return {
            "project": str(self.path),
            "bytes": self.bytes,
            "counts": asdict(self.counts),
            "sources": [
                {
                    "id": source.id,
                    "root": str(source.root),
                    "reachable": source.root.is_dir(),
                    "samples": self.samples_of.get(source.id, 0),
                    "added_at": source.added_at,
                }
                for source in self.sources
            ],
            "models": [
                {
                    "key": model.key,
                    "name": model.name,
                    "kind": model.kind,
                    "dim": model.dim,
                    "active": model.active,
                    "embedded": self.embedded[model.key],
                }
                for model in self.models
            ],
            "mapped": self.mapped,
            "batches": [asdict(line) for line in self.batches],
            "classes": self.classes,
            "metadata_fields": list(self.metadata_fields),
            "tags": self.tags,
            "notes": self.notes,
            "highlights": self.highlights,
            "filters": self.filters,
        }


def run_info(project: Project) -> InfoResult:
    """Count what ``project`` holds."""
    tags = project.tags()
    samples, labels, models = project.samples(), project.labels(), tuple(project.models())
    projection = project.projection() if models else None
    sources = tuple(project.sources())
    return InfoResult(
        path=project.path,
        counts=project.counts(),
        sources=sources,
        samples_of={source.id: int((samples.source_ids == source.id).sum()) for source in sources},
        models=models,
        embedded={model.key: len(project.embeddings(model.key)) for model in models},
        mapped=len(projection.ids) if projection else 0,
        batches=tuple(batch_lines(project)),
        classes={name: int((labels.codes == code).sum()) for code, name in enumerate(labels.classes)},
        metadata_fields=tuple(project.metadata()),
        bytes=_folder_bytes(project.path),
        tags={name: len(ids) for name, ids in zip(tags.names, tags.members, strict=True)},
        notes=len(project.notes()),
        highlights={name: len(ids) for name, ids in project.highlights().items()},
        filters=project.filters(),
    )


def batch_lines(project: Project) -> list[BatchLine]:
    """Each batch with its decisions counted."""
    lines = []
    for batch in project.batches():
        decisions = [pick.decision.value for pick in project.picks(batch.number)]
        lines.append(
            BatchLine(
                batch.number,
                batch.round,
                batch.strategy,
                batch.count,
                decisions.count("accepted"),
                decisions.count("rejected"),
                batch.created_at,
            )
        )
    return lines


def _folder_bytes(folder: Path) -> int:
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(base) / name).lstat().st_size
            except FileNotFoundError:
                # A writer beside us replaces its files.
                continue
    return total
