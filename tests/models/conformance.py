"""What every embedder must do; a test class for a back end inherits `EmbedderConformance`."""

import re

import numpy as np
import pytest

from desktop_al.models.base import Embedder
from tests.models.files import images


class EmbedderConformance:
    """The claims. A subclass brings a fixture ``embedder``; ``tolerance`` is what mini-batches may change."""

    tolerance = 1e-5

    def test_that_embeddings_are_float32_rows_of_unit_norm(self, embedder: Embedder) -> None:
        output = embedder.forward(images(5, embedder.input.size))
        assert output.embedding.shape == (5, embedder.dim)
        assert output.embedding.dtype == np.float32
        assert np.allclose(np.linalg.norm(output.embedding, axis=1), 1, atol=1e-5)

    def test_that_probabilities_sum_to_one_or_are_none(self, embedder: Embedder) -> None:
        probabilities = embedder.forward(images(4, embedder.input.size)).probabilities
        assert (probabilities is None) == (embedder.n_classes == 0)
        if probabilities is not None:
            assert probabilities.shape == (4, embedder.n_classes)
            assert probabilities.dtype == np.float32
            assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
            assert probabilities.min() >= 0

    def test_that_the_same_images_give_the_same_bits(self, embedder: Embedder) -> None:
        batch = images(3, embedder.input.size)
        assert np.array_equal(embedder.forward(batch).embedding, embedder.forward(batch.copy()).embedding)

    @pytest.mark.parametrize("count", [1, 2, 7, 33])
    def test_that_an_embedding_does_not_depend_on_its_mini_batch(self, embedder: Embedder, count: int) -> None:
        batch = images(count, embedder.input.size)
        together = embedder.forward(batch).embedding
        alone = np.concatenate([embedder.forward(batch[row : row + 1]).embedding for row in range(count)])
        assert together.shape == (count, embedder.dim)
        assert np.allclose(together, alone, atol=self.tolerance)

    def test_that_different_images_get_different_embeddings(self, embedder: Embedder) -> None:
        output = embedder.forward(images(3, embedder.input.size))
        assert np.abs(output.embedding[0] - output.embedding[1]).max() > 1e-4

    def test_that_no_images_give_no_rows(self, embedder: Embedder) -> None:
        size = embedder.input.size
        output = embedder.forward(np.empty((0, size, size, 3), np.uint8))
        assert output.embedding.shape == (0, embedder.dim)
        assert output.probabilities is None or output.probabilities.shape == (0, embedder.n_classes)

    def test_that_a_view_that_is_not_contiguous_is_understood(self, embedder: Embedder) -> None:
        batch = images(4, embedder.input.size)
        flipped = batch[:, :, ::-1]
        expected = embedder.forward(np.ascontiguousarray(flipped)).embedding
        assert np.allclose(embedder.forward(flipped).embedding, expected, atol=self.tolerance)

    def test_that_the_batch_is_left_as_it_was(self, embedder: Embedder) -> None:
        batch = images(3, embedder.input.size)
        embedder.forward(batch)
        assert np.array_equal(batch, images(3, embedder.input.size))

    def test_that_results_outlive_the_next_call(self, embedder: Embedder) -> None:
        first = embedder.forward(images(3, embedder.input.size))
        kept = first.embedding.copy()
        embedder.forward(images(3, embedder.input.size, seed=1))
        assert np.array_equal(first.embedding, kept)

    @pytest.mark.parametrize("wrong", ["size", "dtype"])
    def test_that_a_batch_of_the_wrong_kind_is_our_fault(self, embedder: Embedder, wrong: str) -> None:
        batch = images(2, embedder.input.size)
        with pytest.raises(ValueError, match="expected uint8"):
            embedder.forward(batch[:, 1:] if wrong == "size" else batch.astype(np.float32))

    def test_that_the_key_can_name_a_file_and_holds_the_content_hash(self, embedder: Embedder) -> None:
        assert re.fullmatch(r"[a-z0-9-]{1,80}", embedder.key)
        assert embedder.details["content_hash"] in embedder.key

    def test_that_it_says_where_and_how_it_runs(self, embedder: Embedder) -> None:
        assert embedder.device
        assert embedder.precision in {"f32", "bf16"}
        assert embedder.mini_batch >= 1
