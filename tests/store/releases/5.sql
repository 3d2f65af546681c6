PRAGMA application_id = 1097617522;
PRAGMA user_version = 5;
BEGIN TRANSACTION;
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
    ;
CREATE TABLE batch_orders (
        batch_id INTEGER PRIMARY KEY REFERENCES batches (id) ON DELETE CASCADE,
        sample_ids BLOB NOT NULL,
        gains BLOB NOT NULL
    ) STRICT
    ;
INSERT INTO "batch_orders" VALUES(1,X'01000000000000000200000000000000',X'000000000000E03F000000000000D03F');
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
    , summary TEXT NOT NULL DEFAULT '{}') STRICT
    ;
INSERT INTO "batches" VALUES(1,1,1,'coverage',1,'m','{}','{}','{}','{"desktop-al": "0.1.0", "selection": "2", "python": "3.11.7", "platform": "Linux x86_64", "sqlite": "3.40.1", "numpy": "2.4.6", "numba": "0.68.1", "torch": "2.13.0+cpu", "openvino": "2026.4.1", "pillow": "13.0.0"}','h','2026-11-28T20:55:12Z','{"redundancy": 0.5}');
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
    ;
CREATE TABLE classes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT
    ;
INSERT INTO "classes" VALUES(1,'cat');
CREATE TABLE exports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch_id INTEGER NOT NULL REFERENCES batches (id),
        format TEXT NOT NULL,
        path ANY NOT NULL,
        count INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        exported_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "exports" VALUES(1,1,'csv','/out.csv',1,9,'2026-11-28T20:55:12Z');
CREATE TABLE filters (
        name TEXT PRIMARY KEY,
        expression TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "filters" VALUES('large','width >= 800','2026-11-28T20:55:12Z');
CREATE TABLE highlights (
        name TEXT PRIMARY KEY,
        sample_ids BLOB NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "highlights" VALUES('odd ones',X'02000000000000000300000000000000','2026-11-28T20:55:12Z');
CREATE TABLE kept_samples (
        file TEXT NOT NULL,
        layout TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        revision INTEGER NOT NULL,
        counts TEXT NOT NULL,
        counts_key TEXT NOT NULL
    ) STRICT
    ;
CREATE TABLE labels (
        sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
        class_id INTEGER NOT NULL REFERENCES classes (id),
        round INTEGER NOT NULL,
        origin TEXT NOT NULL,
        labelled_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "labels" VALUES(1,1,1,'labels.csv','2026-11-28T20:55:12Z');
CREATE TABLE metadata (
        field_id INTEGER NOT NULL REFERENCES metadata_fields (id) ON DELETE CASCADE,
        sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
        value ANY NOT NULL,
        PRIMARY KEY (field_id, sample_id)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "metadata" VALUES(1,1,'left');
INSERT INTO "metadata" VALUES(1,2,'right');
INSERT INTO "metadata" VALUES(2,1,100.5);
CREATE TABLE metadata_fields (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        numeric INTEGER NOT NULL CHECK (numeric IN (0, 1))
    ) STRICT
    ;
INSERT INTO "metadata_fields" VALUES(1,'camera',0);
INSERT INTO "metadata_fields" VALUES(2,'iso',1);
CREATE TABLE migrations (
        version INTEGER PRIMARY KEY,
        sentence TEXT NOT NULL,
        program TEXT NOT NULL,
        applied_at TEXT NOT NULL
    ) STRICT
;
INSERT INTO "migrations" VALUES(1,'Create the tables of the first version.','0.1.0','2026-11-28T20:55:12Z');
INSERT INTO "migrations" VALUES(2,'Keep a summary of each batch, and more of why each pick was picked.','0.1.0','2026-11-28T20:55:12Z');
INSERT INTO "migrations" VALUES(3,'Keep tags, notes, named highlights, and where the person was.','0.1.0','2026-11-28T20:55:12Z');
INSERT INTO "migrations" VALUES(4,'Keep filters by name.','0.1.0','2026-11-28T20:55:12Z');
INSERT INTO "migrations" VALUES(5,'Keep the samples in a file that is read at once.','0.1.0','2026-11-28T20:55:12Z');
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
    ;
INSERT INTO "models" VALUES(1,'m','M','builtin','',4,0,'{}',1,'2026-11-28T20:55:12Z');
CREATE TABLE notes (
        sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        noted_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "notes" VALUES(2,'Ask the lab.','2026-11-28T20:55:12Z');
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
        decided_at TEXT, predicted TEXT, nearest_earlier INTEGER, nearest_earlier_distance REAL, survives INTEGER CHECK (survives IN (0, 1)), origin TEXT NOT NULL DEFAULT 'strategy' CHECK (origin IN ('strategy', 'pin', 'random')), veto_cost REAL,
        PRIMARY KEY (batch_id, rank),
        UNIQUE (batch_id, sample_id)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "picks" VALUES(1,1,1,0.5,2,'[1, 2]',NULL,NULL,0.25,'night','accepted',NULL,'cat',2,0.75,1,'strategy',0.125);
CREATE TABLE revisions (
        name TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "revisions" VALUES('metadata',2);
INSERT INTO "revisions" VALUES('samples',3);
CREATE TABLE rounds (
        number INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        closed_at TEXT
    ) STRICT
    ;
INSERT INTO "rounds" VALUES(1,'2026-11-28T20:55:12Z','2026-11-28T20:55:12Z');
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
    ;
INSERT INTO "runs" VALUES(1,'select','{"count": "1"}',1,'{"desktop-al": "0.1.0", "selection": "2", "python": "3.11.7", "platform": "Linux x86_64", "sqlite": "3.40.1", "numpy": "2.4.6", "numba": "0.68.1", "torch": "2.13.0+cpu", "openvino": "2026.4.1", "pillow": "13.0.0"}','','{}',0.0,'2026-11-28T20:55:12Z');
CREATE TABLE sample_tags (
        tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
        sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
        PRIMARY KEY (tag_id, sample_id)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "sample_tags" VALUES(1,1);
INSERT INTO "sample_tags" VALUES(1,2);
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
    ;
INSERT INTO "samples" VALUES(1,1,'a.jpg',10,1,0,'00000000000000aa',4,3,'JPEG','');
INSERT INTO "samples" VALUES(2,1,X'62FF2E6A7067',20,2,0,'',0,0,'','');
INSERT INTO "samples" VALUES(3,1,'c.jpg',30,3,2,'',0,0,'','It is empty.');
CREATE TABLE sources (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        root ANY NOT NULL UNIQUE,
        added_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "sources" VALUES(1,'/photos','2026-11-28T20:55:12Z');
CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "tags" VALUES(1,'blurred');
CREATE TABLE view_state (section TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "view_state" VALUES('map','{"colour": "label"}');
CREATE INDEX samples_by_hash ON samples (hash, status) WHERE hash > '';
CREATE INDEX samples_unusable ON samples (status) WHERE status > 0;
CREATE INDEX metadata_by_sample ON metadata (sample_id);
CREATE INDEX labels_by_class ON labels (class_id);
CREATE INDEX labels_by_round ON labels (round);
CREATE UNIQUE INDEX models_one_active ON models (active) WHERE active = 1;
CREATE INDEX batches_by_round ON batches (round);
CREATE INDEX picks_by_decision ON picks (decision, sample_id);
CREATE INDEX picks_by_sample ON picks (sample_id);
CREATE INDEX exports_by_batch ON exports (batch_id);
CREATE INDEX tags_by_sample ON sample_tags (sample_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('sources',1);
INSERT INTO "sqlite_sequence" VALUES('samples',3);
INSERT INTO "sqlite_sequence" VALUES('models',1);
INSERT INTO "sqlite_sequence" VALUES('batches',1);
INSERT INTO "sqlite_sequence" VALUES('exports',1);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
INSERT INTO "sqlite_sequence" VALUES('tags',1);
COMMIT;
