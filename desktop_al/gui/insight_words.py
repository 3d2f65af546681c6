"""The insights in words: what each is called, and what it says in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_al.gui.i18n import later


@dataclass(frozen=True, slots=True)
class InsightInfo:
    """An insight; show ``title`` and ``explanation`` through `tr`.

    ``needs`` are out of embeddings, labels (of two classes), label, batch, projection, second model and query.
    ``categorical`` says whether its column has codes and names; ``ascending`` in which order a person looks at it.
    """

    title: str
    explanation: str
    needs: frozenset[str] = frozenset({"embeddings"})
    categorical: bool = False
    ascending: bool = False


_LABELS = frozenset({"embeddings", "labels"})

INSIGHTS: Mapping[str, InsightInfo] = {
    "uncertainty": InsightInfo(
        later("Uncertainty"),
        later("How close the two likeliest classes are for a model fitted to the labels: 0 sure, 1 undecided"),
        _LABELS,
    ),
    "guess": InsightInfo(
        later("Predicted class"),
        later("The class that a model fitted to the labels finds likeliest"),
        _LABELS,
        categorical=True,
    ),
    "novelty": InsightInfo(
        later("Novelty"),
        later("The distance to the nearest labelled image: the larger, the less is known"),
        frozenset({"embeddings", "label"}),
    ),
    "density": InsightInfo(
        later("Density"), later("One over the mean distance to the 20 nearest images: high where many are alike")
    ),
    "rank": InsightInfo(
        later("Rank"), later("The place in the batch, the best first"), frozenset({"batch"}), ascending=True
    ),
    "gain": InsightInfo(later("Gain"), later("What the pick added when it was chosen"), frozenset({"batch"})),
    "agreement": InsightInfo(
        later("Model agreement"),
        later("The overlap of the 15 nearest images by two models: 1 the same, 0 none in common"),
        frozenset({"embeddings", "second model"}),
        ascending=True,
    ),
    "trust": InsightInfo(
        later("Trust in the map"),
        later("How many of the 15 nearest images on the map are near in the embedding space too: 1 all, 0 none"),
        frozenset({"embeddings", "projection"}),
        ascending=True,
    ),
    "covered": InsightInfo(
        later("Nearness to labels"),
        later("The similarity to the nearest labelled image: 1 the same, 0 nothing like it; on average, coverage"),
        ascending=True,
    ),
    "covered_after": InsightInfo(
        later("Nearness to labels and picks"),
        later("The similarity to the nearest image that is labelled or picked and not rejected"),
        ascending=True,
    ),
    "cluster": InsightInfo(
        later("Cluster"), later("Images that lie together, the largest cluster first"), categorical=True
    ),
    "copies": InsightInfo(
        later("Near-duplicates"), later("Groups of images that are nearly the same"), categorical=True
    ),
    "similarity": InsightInfo(
        later("Similarity"),
        later("The cosine between the embedding and the one that was asked for: 1 the same"),
        frozenset({"embeddings", "query"}),
    ),
}
