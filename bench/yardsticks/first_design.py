"""The design that this project began from, as a yardstick: FastAPI, lists in memory, aiomysql.

One process of uvicorn; models of pydantic; a flush within the request that fills the buffer, every
30 seconds otherwise; one connection of a pool per flush, `executemany` of an upsert. As in the first
design, what waits is lost with the process, and a failed flush loses it, too. One thing is
corrected, or the rows that it stores could not be counted: a flush takes the list, so that what
arrives meanwhile is neither dropped nor written again.

Runs with pydantic 1 and 2. `MODELS=off` takes the records as they come: no validation can be
cheaper. Settings: DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_DATABASE, SERVICE_PORT.
"""

import asyncio
import os
from datetime import datetime
from typing import Any, Dict, List, Optional

import aiomysql
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

BASE = "/api/v1/translation"
MAX_BUFFER_SIZE = 1000
FLUSH_INTERVAL = 30
TASK_COLUMNS = (
    "task_id session_id batch_id sheet_name row_index column_name source_text target_text context "
    "status confidence error_message retry_count start_time end_time duration_ms"
).split()

SCHEMA = """
CREATE TABLE translation_sessions (
    session_id VARCHAR(36) PRIMARY KEY,
    filename VARCHAR(255) NOT NULL,
    file_path VARCHAR(512) NOT NULL,
    status VARCHAR(20) NOT NULL DEFAULT 'pending',
    llm_provider VARCHAR(50) NOT NULL,
    total_tasks INT DEFAULT 0,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    INDEX idx_status (status), INDEX idx_created_at (created_at), INDEX idx_updated_at (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE translation_tasks (
    task_id VARCHAR(64) PRIMARY KEY,
    session_id VARCHAR(36) NOT NULL,
    batch_id VARCHAR(64) NOT NULL,
    sheet_name VARCHAR(255) NOT NULL,
    row_index INT NOT NULL,
    column_name VARCHAR(255) NOT NULL,
    source_text TEXT NOT NULL,
    target_text TEXT,
    context TEXT,
    status VARCHAR(20) NOT NULL DEFAULT 'pending',
    confidence DECIMAL(5,4),
    error_message TEXT,
    retry_count INT DEFAULT 0,
    start_time TIMESTAMP NULL,
    end_time TIMESTAMP NULL,
    duration_ms INT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    FOREIGN KEY (session_id) REFERENCES translation_sessions(session_id) ON DELETE CASCADE,
    INDEX idx_session_id (session_id), INDEX idx_batch_id (batch_id), INDEX idx_status (status),
    INDEX idx_session_status (session_id, status)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
"""


def upsert(table: str, columns: List[str]) -> str:
    changes = ", ".join(f"{name} = VALUES({name})" for name in columns[1:])
    places = ", ".join(["%s"] * len(columns))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) "
        f"ON DUPLICATE KEY UPDATE {changes}"
    )


class SessionData(BaseModel):
    session_id: str
    filename: str
    file_path: str
    status: str
    llm_provider: str
    total_tasks: int = 0


class TaskData(BaseModel):
    task_id: str
    session_id: str
    batch_id: str
    sheet_name: str
    row_index: int
    column_name: str
    source_text: str
    target_text: Optional[str] = None
    context: Optional[str] = None
    status: str
    confidence: Optional[float] = Field(None, ge=0, le=1)
    error_message: Optional[str] = None
    retry_count: int = 0
    start_time: Optional[datetime] = None
    end_time: Optional[datetime] = None
    duration_ms: Optional[int] = None


class SessionBatch(BaseModel):
    sessions: List[SessionData]


class TaskBatch(BaseModel):
    tasks: List[TaskData]


def dumped(record: BaseModel) -> Dict[str, Any]:
    dump = getattr(record, "model_dump", None) or record.dict
    return dump(exclude_none=True)


SESSION_COLUMNS = "session_id filename file_path status llm_provider total_tasks".split()
UPSERTS = {
    "translation_sessions": (SESSION_COLUMNS, upsert("translation_sessions", SESSION_COLUMNS)),
    "translation_tasks": (TASK_COLUMNS, upsert("translation_tasks", TASK_COLUMNS)),
}

app = FastAPI()
buffers: Dict[str, List[Dict[str, Any]]] = {name: [] for name in UPSERTS}


@app.on_event("startup")
async def start() -> None:
    app.state.pool = await aiomysql.create_pool(
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        user=os.environ["DATABASE_USER"],
        db=os.environ["DATABASE_DATABASE"],
        minsize=5,
        maxsize=10,
        charset="utf8mb4",
        autocommit=True,
    )
    for statement in SCHEMA.split(";"):
        await query(statement)
    app.state.periodic = asyncio.create_task(flush_periodically())


async def query(sql: str, values: Any = ()) -> List[Dict[str, Any]]:
    async with app.state.pool.acquire() as connection:
        async with connection.cursor(aiomysql.DictCursor) as cursor:
            await cursor.execute(sql, values)
            return list(await cursor.fetchall())


async def write(table: str) -> int:
    columns, sql = UPSERTS[table]
    records, buffers[table] = buffers[table], []
    if records:
        values = [tuple(record.get(name) for name in columns) for record in records]
        async with app.state.pool.acquire() as connection:
            async with connection.cursor() as cursor:
                await connection.begin()
                await cursor.executemany(sql, values)
                await connection.commit()
    return len(records)


async def flush() -> Dict[str, int]:
    sessions = await write("translation_sessions")
    return {"sessions_written": sessions, "tasks_written": await write("translation_tasks")}


async def flush_periodically() -> None:
    while True:
        await asyncio.sleep(FLUSH_INTERVAL)
        await flush()


async def add(table: str, records: List[Dict[str, Any]]) -> Dict[str, Any]:
    buffers[table].extend(records)
    if len(buffers[table]) >= MAX_BUFFER_SIZE:
        await flush()
    return {"status": "accepted", "count": len(records), "timestamp": datetime.now()}


@app.post(BASE + "/sessions/batch")
async def add_sessions(batch: SessionBatch) -> Dict[str, Any]:
    return await add("translation_sessions", [dumped(one) for one in batch.sessions])


if os.environ.get("MODELS") == "off":

    @app.post(BASE + "/tasks/batch")
    async def add_tasks_unchecked(request: Request) -> Dict[str, Any]:
        tasks = (await request.json())["tasks"]
        for task in tasks:
            for name in ("start_time", "end_time"):
                if name in task:
                    task[name] = task[name][:19].replace("T", " ")
        return await add("translation_tasks", tasks)

else:

    @app.post(BASE + "/tasks/batch")
    async def add_tasks(batch: TaskBatch) -> Dict[str, Any]:
        return await add("translation_tasks", [dumped(one) for one in batch.tasks])


@app.post(BASE + "/flush")
async def force_flush() -> Dict[str, int]:
    return await flush()


async def listed(where: str, values: List[Any]) -> Dict[str, Any]:
    clause = f"FROM translation_tasks WHERE {where}"
    items = await query(f"SELECT * {clause} ORDER BY created_at DESC LIMIT 20 OFFSET 0", values)
    [row] = await query(f"SELECT COUNT(*) AS total {clause}", values)
    pages = (row["total"] + 19) // 20
    return {"page": 1, "page_size": 20, "total_pages": pages, "items": items, **row}


@app.get(BASE + "/tasks")
async def list_tasks(status: str) -> Dict[str, Any]:
    wanted = status.split(",")
    return await listed(f"status IN ({', '.join(['%s'] * len(wanted))})", wanted)


@app.get(BASE + "/sessions/{session_id}/tasks")
async def list_session_tasks(session_id: str) -> Dict[str, Any]:
    return await listed("session_id = %s", [session_id])


@app.get(BASE + "/tasks/{task_id}")
async def get_task(task_id: str) -> Dict[str, Any]:
    found = await query("SELECT * FROM translation_tasks WHERE task_id = %s", [task_id])
    if not found:
        raise HTTPException(status_code=404)
    return found[0]


@app.get("/health/live")
async def live() -> Dict[str, str]:
    return {"status": "healthy"}


if __name__ == "__main__":
    port = int(os.environ["SERVICE_PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
