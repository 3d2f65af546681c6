"""How the command line says what a person can allow or name to go on after a fault."""

from desktop_al.domain.errors import Remedy, WorldError

REMEDIES = {
    Remedy.REPLACE_FILE: "--overwrite allows to replace it.",
    Remedy.NAME_FORMAT: "--format FORMAT reads it as what you know it to be.",
    Remedy.NAME_KEY_COLUMN: "--key-column NAME says which one does.",
    Remedy.NAME_LABEL_COLUMN: "--label-column NAME says which one does, --metadata-only imports the others alone.",
    Remedy.IMPORT_THE_REST: "--partial imports what fits.",
    Remedy.REPLACE_LABELS: "--replace lets new labels replace old ones.",
    Remedy.TRUST_MODEL: "“desktop-al embed PROJECT --model FILE --trust” trusts that very file from then on.",
    Remedy.LIST_SAMPLES: "“desktop-al list PROJECT” prints the numbers.",
    Remedy.ADD_FOLDER: "“desktop-al add PROJECT DIR” adds one.",
    Remedy.RELINK_FOLDER: "“desktop-al relink PROJECT SOURCE DIR” says where it lies.",
}


def told(error: WorldError) -> str:
    """What happened, and after it what to type to go on."""
    return " ".join([str(error), *(REMEDIES[remedy] for remedy in error.remedies)])
