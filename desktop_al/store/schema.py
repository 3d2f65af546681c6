"""The statements of each migration. Never edit those of a released version: add a migration."""

# `ANY` columns hold a path: text, or a blob where its bytes are no valid UTF-8.
VERSION_1 = (
    # A number per kind of rows that changes with them: readers keep what they read until it does.
    """
    CREATE TABLE revisions (
        name TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        root ANY NOT NULL UNIQUE,
        added_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE samples (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id INTEGER NOT NULL REFERENCES sources (id),
        relpath ANY NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        status INTEGER NOT NULL DEFAULT 0,
        hash TEXT NOT NULL DEFAULT '',
        width INTEGER NOT NULL DEFAULT 0,
        height INTEGER NOT NULL DEFAULT 0,
        format TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (source_id, relpath)
    ) STRICT
    """,
    # Both serve counts without touching the table, and cost a new sample nothing (nor do checks: a scan is fast).
    "CREATE INDEX samples_by_hash ON samples (hash, status) WHERE hash > ''",
    "CREATE INDEX samples_unusable ON samples (status) WHERE status > 0",
    """
    CREATE TABLE metadata_fields (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        numeric INTEGER NOT NULL CHECK (numeric IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE metadata (
        field_id INTEGER NOT NULL REFERENCES metadata_fields (id) ON DELETE CASCADE,
        sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
        value ANY NOT NULL,
        PRIMARY KEY (field_id, sample_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX metadata_by_sample ON metadata (sample_id)",
    """
    CREATE TABLE rounds (
        number INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        closed_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE classes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    # round 0 holds labels that came before the first batch.
    """
    CREATE TABLE labels (
        sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
        class_id INTEGER NOT NULL REFERENCES classes (id),
        round INTEGER NOT NULL,
        origin TEXT NOT NULL,
        labelled_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX labels_by_class ON labels (class_id)",
    "CREATE INDEX labels_by_round ON labels (round)",
    """
    CREATE TABLE models (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        path ANY NOT NULL,
        dim INTEGER NOT NULL CHECK (dim > 0),
        n_classes INTEGER NOT NULL,
        details TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
        added_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX models_one_active ON models (active) WHERE active = 1",
    # A row of a vectors file belongs to an image content (hash), so that duplicates and moved files share it.
    """
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY,
        model_id INTEGER NOT NULL REFERENCES models (id),
        kind TEXT NOT NULL,
        first_row INTEGER NOT NULL,
        rows INTEGER NOT NULL CHECK (rows > 0),
        columns INTEGER NOT NULL CHECK (columns > 0),
        sample_ids BLOB NOT NULL,
        hashes BLOB NOT NULL,
        checksum TEXT NOT NULL,
        written_at TEXT NOT NULL,
        UNIQUE (model_id, kind, first_row)
    ) STRICT
    """,
    """
    CREATE TABLE arrays (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        model_id INTEGER NOT NULL REFERENCES models (id),
        kind TEXT NOT NULL,
        file TEXT NOT NULL UNIQUE,
        layout TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        spec TEXT NOT NULL,
        seed INTEGER NOT NULL,
        input_hash TEXT NOT NULL,
        versions TEXT NOT NULL,
        written_at TEXT NOT NULL,
        UNIQUE (model_id, kind)
    ) STRICT
    """,
    """
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number INTEGER NOT NULL UNIQUE,
        round INTEGER NOT NULL REFERENCES rounds (number),
        strategy TEXT NOT NULL,
        seed INTEGER NOT NULL,
        model_key TEXT NOT NULL,
        spec TEXT NOT NULL,
        budget TEXT NOT NULL,
        coverage TEXT NOT NULL,
        versions TEXT NOT NULL,
        input_hash TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX batches_by_round ON batches (round)",
    # The greedy order beyond the picks, so that a batch is resized without solving again.
    """
    CREATE TABLE batch_orders (
        batch_id INTEGER PRIMARY KEY REFERENCES batches (id) ON DELETE CASCADE,
        sample_ids BLOB NOT NULL,
        gains BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE picks (
        batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        rank INTEGER NOT NULL,
        sample_id INTEGER NOT NULL REFERENCES samples (id),
        gain REAL NOT NULL,
        stands_for INTEGER NOT NULL,
        stands_for_nearest TEXT NOT NULL,
        nearest_labelled INTEGER,
        nearest_labelled_distance REAL,
        uncertainty REAL,
        stratum TEXT,
        decision TEXT NOT NULL DEFAULT 'pending' CHECK (decision IN ('pending', 'accepted', 'rejected')),
        decided_at TEXT,
        PRIMARY KEY (batch_id, rank),
        UNIQUE (batch_id, sample_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX picks_by_decision ON picks (decision, sample_id)",
    "CREATE INDEX picks_by_sample ON picks (sample_id)",
    """
    CREATE TABLE exports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch_id INTEGER NOT NULL REFERENCES batches (id),
        format TEXT NOT NULL,
        path ANY NOT NULL,
        count INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        exported_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX exports_by_batch ON exports (batch_id)",
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job TEXT NOT NULL,
        spec TEXT NOT NULL,
        seed INTEGER,
        versions TEXT NOT NULL,
        input_hash TEXT NOT NULL,
        result TEXT NOT NULL,
        seconds REAL NOT NULL,
        finished_at TEXT NOT NULL
    ) STRICT
    """,
)

# What a person sees about a batch and about each pick.
VERSION_2 = (
    "ALTER TABLE batches ADD COLUMN summary TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE picks ADD COLUMN predicted TEXT",
    "ALTER TABLE picks ADD COLUMN nearest_earlier INTEGER",
    "ALTER TABLE picks ADD COLUMN nearest_earlier_distance REAL",
    "ALTER TABLE picks ADD COLUMN survives INTEGER CHECK (survives IN (0, 1))",
    """
    ALTER TABLE picks ADD COLUMN origin TEXT NOT NULL DEFAULT 'strategy' CHECK (origin IN ('strategy', 'pin', 'random'))
    """,
    "ALTER TABLE picks ADD COLUMN veto_cost REAL",
)

# What a person writes down while reviewing, and where they were.
VERSION_3 = (
    "CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT",
    """
    CREATE TABLE sample_tags (
        tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
        sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
        PRIMARY KEY (tag_id, sample_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tags_by_sample ON sample_tags (sample_id)",
    """
    CREATE TABLE notes (
        sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        noted_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE highlights (
        name TEXT PRIMARY KEY,
        sample_ids BLOB NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE view_state (section TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

# Filters that a person gave a name, in the language of ``--where``.
VERSION_4 = (
    """
    CREATE TABLE filters (
        name TEXT PRIMARY KEY,
        expression TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT
    """,
)

# The file that the samples are read from where they did not change since it was written.
VERSION_5 = (
    """
    CREATE TABLE kept_samples (
        file TEXT NOT NULL,
        layout TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        revision INTEGER NOT NULL,
        counts TEXT NOT NULL,
        counts_key TEXT NOT NULL
    ) STRICT
    """,
)
