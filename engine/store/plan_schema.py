"""The four tables that any program may write, by the source plan's definition, letter for letter."""

TABLES = """\
CREATE TABLE IF NOT EXISTS execution_logs (
    id INTEGER PRIMARY KEY,
    timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
    operation_kind TEXT,
    pattern_id TEXT,
    file_types TEXT,  -- JSON array
    tools_used TEXT,  -- JSON array
    input_signature TEXT,
    output_signature TEXT,
    success BOOLEAN,
    time_taken_seconds INTEGER,
    user_id TEXT
);

CREATE TABLE IF NOT EXISTS pattern_metrics (
    pattern_id TEXT PRIMARY KEY,
    version TEXT,
    total_uses INTEGER DEFAULT 0,
    success_count INTEGER DEFAULT 0,
    failure_count INTEGER DEFAULT 0,
    total_time_saved_minutes INTEGER DEFAULT 0,
    last_used DATETIME,
    confidence_score REAL DEFAULT 0.0
);

CREATE TABLE IF NOT EXISTS pattern_candidates (
    id INTEGER PRIMARY KEY,
    detected_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    signature TEXT,
    example_executions TEXT,  -- JSON array
    confidence REAL,
    status TEXT DEFAULT 'pending',  -- pending|approved|rejected
    auto_generated_spec TEXT
);

CREATE TABLE IF NOT EXISTS anti_patterns (
    id TEXT PRIMARY KEY,
    name TEXT,
    detected_at DATETIME,
    occurrences INTEGER,
    affected_patterns TEXT,  -- JSON array
    status TEXT DEFAULT 'active'  -- active|fixed|archived
);
"""

INDEXES = """\
CREATE INDEX IF NOT EXISTS idx_executions_pattern ON execution_logs(pattern_id);
CREATE INDEX IF NOT EXISTS idx_executions_timestamp ON execution_logs(timestamp);
CREATE INDEX IF NOT EXISTS idx_candidates_status ON pattern_candidates(status);
"""
