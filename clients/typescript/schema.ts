// Made from docs/openapi.json by `npm run client:types`. Do not edit.

export interface paths {
    "/api/v1/translation/sessions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept up to 10,000 sessions
         * @description The batch is accepted as a whole or not at all. An omitted field keeps its stored value; null clears it.
         */
        post: operations["acceptSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/tasks/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept up to 10,000 tasks
         * @description The batch is accepted as a whole or not at all. An omitted field keeps its stored value; null clears it.
         */
        post: operations["acceptTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/flush": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store everything accepted before this call
         * @description Answers after the commit. If the store cannot be reached the answer is 503, and nothing is lost.
         */
        post: operations["flush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One session, with every accepted write, flushed or not
         * @description The stored session merged with its pending writes in the buffer of this instance.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /**
         * Delete a session and its tasks, including buffered writes
         * @description A delete is a write: no write accepted before it, wherever it waits, restores the session or a task of it; a write accepted after it creates the record anew.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete finished sessions older than the given days
         * @description Completed, cancelled and skipped sessions after `completed_days`, failed ones after `failed_days`, counted from their creation. Their tasks are deleted too; a session with unfinished tasks stays. Waits until everything accepted before is stored.
         */
        post: operations["cleanUpSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts by status, averages and sizes of the stored records
         * @description For more than 10,000 records the figures may be some seconds old; `fresh=true` waits until everything accepted before is stored, and counts again.
         */
        get: operations["getStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List stored sessions
         * @description Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored; `fresh=true` waits until everything accepted before is stored. A page of large records is streamed: if the store fails in the middle, the answer is cut off and is not valid JSON.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List stored tasks
         * @description Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored; `fresh=true` waits until everything accepted before is stored. A page of large records is streamed: if the store fails in the middle, the answer is cut off and is not valid JSON.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One task, with every accepted write, flushed or not
         * @description The stored task merged with its pending writes in the buffer of this instance.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/{id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the stored tasks of a session
         * @description Page by page, with `page` or, for deep paging, `cursor`. Shows what is stored; `fresh=true` waits until everything accepted before is stored. A page of large records is streamed: if the store fails in the middle, the answer is cut off and is not valid JSON.
         */
        get: operations["listTasksOfSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a session is, sheet by sheet
         * @description Counted from the stored tasks of the session, not from its own counters. For more than 10,000 tasks the counts may be some seconds old, unless `fresh=true` is given.
         */
        get: operations["getSessionProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Failed tasks, grouped by cause
         * @description Tasks whose status is `failed`, grouped by what their error messages have in common, the largest group first. At most the newest 10,000 tasks are looked at.
         */
        get: operations["listFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A session as a file
         * @description Waits until everything accepted before is stored. The file is streamed: if the store fails in the middle, it is cut off and the connection is closed. docs/exports.md describes the formats.
         */
        get: operations["exportSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/sessions/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set failed tasks of a session back to pending
         * @description All of them, or those that meet every member of the body. The error message is cleared and `retry_count` grows by one; a finished session becomes `processing`, so that `/recovery` lists it. Waits until everything accepted before is stored; what is written to a task later wins.
         */
        post: operations["retrySession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/recovery/incomplete-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Unfinished sessions, newest first
         * @description For a backend after a crash: sessions whose status is not completed, failed, cancelled or skipped, and those that have unfinished tasks. Waits until everything accepted before is stored.
         */
        get: operations["listIncompleteSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/recovery/restore/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A session with all its unfinished tasks
         * @description Changes nothing. A task is unfinished unless it is `completed`, `failed`, `cancelled` or `skipped`. Waits until everything accepted before is stored. The answer is streamed: if the store fails in the middle, it is cut off and is not valid JSON.
         */
        post: operations["restoreSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that the store refused, newest first
         * @description Each with the reason and the number of attempts. The quarantine is in the store, so it is the same for all instances.
         */
        get: operations["listQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/quarantine/requeue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry records: all, or those with these ids
         * @description Answers after the attempt. Records that the store refuses again stay in quarantine, with one more attempt.
         */
        post: operations["requeueQuarantine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/translation/quarantine/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop a record permanently
         * @description The record was accepted and never stored; after this it is gone, and no replay restores it.
         */
        delete: operations["dropQuarantined"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health of the service and its dependencies
         * @description 503 if a store does not answer; `degraded` (200) if `problems` lists something. Only a key with the scope `admin` is shown the server of a store, with user, host and database.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process is up
         * @description Does not query the stores, so a store that is down does not cause restarts.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * It can accept writes
         * @description Also while a store is down, as long as the journal has room; with `buffer.durability: stored` only while every store answers. 503 while the service shuts down, the journal accepts no writes or the buffer is full; `reason` names the cause.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics in the text format of Prometheus
         * @description Metrics of this instance since it started; docs/monitoring.md explains each.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API in Swagger UI
         * @description An HTML page that shows /openapi.json.
         */
        get: operations["getSwaggerUi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API in ReDoc
         * @description An HTML page that shows /openapi.json.
         */
        get: operations["getRedoc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API as an OpenAPI 3.1 document
         * @description The document shown by /docs and /redoc; clients can be generated from it.
         */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "status": "accepted",
         *       "count": 2,
         *       "timestamp": "2026-11-24T12:05:30.250Z"
         *     }
         */
        BatchAnswer: {
            /**
             * @description `accepted`: the batch is safe on the disk of the service, and will be stored. `stored`: it is committed to the store.
             * @enum {string}
             */
            status: "accepted" | "stored";
            /** @description Number of records in the batch. */
            count: number;
            /**
             * Format: date-time
             * @description When the batch was accepted; the `updated_at` of its records.
             * @example 2026-11-24T12:05:30.250Z
             */
            timestamp: string;
            /** @description Only with `ack=stored`: the records that the store refused. They wait in quarantine. */
            quarantined?: {
                /** @description Position of the record in the batch, the first is 0. */
                index: number;
                /** @description The id of the record. */
                key: string;
                /** @description Why the store refused it: a code, a colon, a sentence. */
                reason: string;
            }[];
        };
        /**
         * @example {
         *       "type": "urn:persistence-service:problem:validation-error",
         *       "title": "The request is not valid",
         *       "status": 422,
         *       "detail": "tasks[3].confidence: Too big: expected number to be <=1",
         *       "error_code": "VALIDATION_ERROR",
         *       "request_id": "4f9c2a6e-2d0e-4a57-9f4e-0d6a3f6b1c55",
         *       "errors": [
         *         {
         *           "path": "tasks[3].confidence",
         *           "message": "Too big: expected number to be <=1",
         *           "value": 1.2
         *         }
         *       ]
         *     }
         */
        Problem: {
            /** @description A URN for the kind of problem. */
            type: string;
            /** @description The kind of problem in words. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What happened, for people. */
            detail: string;
            /**
             * @description The kind of problem, for programs.
             * @enum {string}
             */
            error_code: "VALIDATION_ERROR" | "INVALID_JSON" | "HTTP_400" | "HTTP_404" | "HTTP_405" | "HTTP_408" | "HTTP_417" | "HTTP_431" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "UNAUTHORIZED" | "FORBIDDEN" | "SESSION_MISMATCH" | "HOST_NOT_ALLOWED" | "RATE_LIMITED" | "BUFFER_FULL" | "STORAGE_UNAVAILABLE" | "JOURNAL_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL_ERROR";
            /** @description Identifies the request in the log; also in the header X-Request-Id. */
            request_id: string;
            /** @description The first 100 problems found. */
            errors?: {
                /** @description What the problem is in, such as `tasks[3].confidence`. */
                path: string;
                /** @description What was expected. */
                message: string;
                /** @description What was found, shortened; absent if it is no simple value. */
                value?: string | number | boolean | null;
            }[];
        };
        /**
         * @example {
         *       "sessions": [
         *         {
         *           "session_id": "tale-items-fr",
         *           "filename": "items.xlsx",
         *           "file_path": "/games/tale/items.xlsx",
         *           "status": "processing",
         *           "game_info": {
         *             "name": "A Tale of Lanterns",
         *             "genre": "adventure"
         *           },
         *           "llm_provider": "openai",
         *           "metadata": {
         *             "target_language": "fr"
         *           },
         *           "total_tasks": 120,
         *           "completed_tasks": 40,
         *           "failed_tasks": 1,
         *           "processing_tasks": 8,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ]
         *     }
         */
        SessionInputBatch: {
            /** @description 0 to 10000 records. They are accepted as a whole or not at all; if a key occurs twice, the later one wins field by field. */
            sessions: components["schemas"]["SessionInput"][];
        };
        /**
         * @description One file in translation.
         * @example {
         *       "session_id": "tale-items-fr",
         *       "filename": "items.xlsx",
         *       "file_path": "/games/tale/items.xlsx",
         *       "status": "processing",
         *       "game_info": {
         *         "name": "A Tale of Lanterns",
         *         "genre": "adventure"
         *       },
         *       "llm_provider": "openai",
         *       "metadata": {
         *         "target_language": "fr"
         *       },
         *       "total_tasks": 120,
         *       "completed_tasks": 40,
         *       "failed_tasks": 1,
         *       "processing_tasks": 8,
         *       "created_at": "2026-11-24T12:00:00.000Z",
         *       "updated_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        SessionInput: {
            /**
             * @description Names the session. The client chooses it; it is unique in the whole service and never changes. Use one session for a file in one target language. 1 to 36 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write.
             * @example tale-items-fr
             */
            session_id: string;
            /**
             * @description Name of the file as people see it, in lists and as the name of an export. 1 to 255 characters. Required in every write; the last accepted value wins.
             * @example items.xlsx
             */
            filename: string;
            /**
             * @description Where the client keeps the file. The service stores the path and never opens it. 1 to 512 characters. Required in every write; the last accepted value wins.
             * @example /games/tale/items.xlsx
             */
            file_path: string;
            /**
             * @description State of the work on the file, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case letters, digits and _, beginning with a letter. Required in every write; the last accepted value wins.
             * @example processing
             */
            status: string;
            /**
             * @description What the client wants to know again about the game, such as its name. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it.
             * @example {
             *       "name": "A Tale of Lanterns",
             *       "genre": "adventure"
             *     }
             */
            game_info?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The provider of the language model. Lists of sessions can be filtered by it. 1 to 50 characters. Required in every write; the last accepted value wins.
             * @example openai
             */
            llm_provider: string;
            /**
             * @description Anything else that the client wants back, such as the target language. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it.
             * @example {
             *       "target_language": "fr"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Number of tasks of the file, as the client counts them. Progress is counted from the stored tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
             * @example 120
             */
            total_tasks?: number;
            /**
             * @description Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
             * @example 40
             */
            completed_tasks?: number;
            /**
             * @description Number of tasks that have failed at least once, as the client counts them. A retry does not decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
             * @example 1
             */
            failed_tasks?: number;
            /**
             * @description Number of tasks in work at the moment, as the client counts them. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is 0 at first.
             * @example 8
             */
            processing_tasks?: number;
            /** @description When the service first accepted the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z. */
            created_at?: unknown;
            /** @description When the service last accepted a write of the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z. */
            updated_at?: unknown;
        };
        /**
         * @example {
         *       "tasks": [
         *         {
         *           "task_id": "tale-items-fr-00001",
         *           "session_id": "tale-items-fr",
         *           "batch_id": "tale-items-fr-b000",
         *           "sheet_name": "Items",
         *           "row_index": 2,
         *           "column_name": "fr",
         *           "source_text": "Paper lantern",
         *           "target_text": "Lanterne en papier",
         *           "context": "items.lantern.name",
         *           "status": "completed",
         *           "confidence": 0.9601,
         *           "error_message": null,
         *           "retry_count": 0,
         *           "start_time": "2026-11-24T12:04:58.000Z",
         *           "end_time": "2026-11-24T12:05:00.125Z",
         *           "duration_ms": 2125,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ]
         *     }
         */
        TaskInputBatch: {
            /** @description 0 to 10000 records. They are accepted as a whole or not at all; if a key occurs twice, the later one wins field by field. */
            tasks: components["schemas"]["TaskInput"][];
        };
        /**
         * @description One cell in translation.
         * @example {
         *       "task_id": "tale-items-fr-00001",
         *       "session_id": "tale-items-fr",
         *       "batch_id": "tale-items-fr-b000",
         *       "sheet_name": "Items",
         *       "row_index": 2,
         *       "column_name": "fr",
         *       "source_text": "Paper lantern",
         *       "target_text": "Lanterne en papier",
         *       "context": "items.lantern.name",
         *       "status": "completed",
         *       "confidence": 0.9601,
         *       "error_message": null,
         *       "retry_count": 0,
         *       "start_time": "2026-11-24T12:04:58.000Z",
         *       "end_time": "2026-11-24T12:05:00.125Z",
         *       "duration_ms": 2125,
         *       "created_at": "2026-11-24T12:00:00.000Z",
         *       "updated_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        TaskInput: {
            /**
             * @description Names the task. The client chooses it; it is unique over all sessions and never changes. The same row is a task in every language of a game, so include the session id. 1 to 64 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write.
             * @example tale-items-fr-00001
             */
            task_id: string;
            /**
             * @description The session that the task belongs to, permanently. The task is deleted with it. 1 to 36 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write, always with the same value: a write that names another one is refused.
             * @example tale-items-fr
             */
            session_id: string;
            /**
             * @description Names the group of tasks that one call of the language model handles, or any other group that the client wants to list or retry together. It need not be unique. 1 to 64 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write; the last accepted value wins.
             * @example tale-items-fr-b000
             */
            batch_id: string;
            /**
             * @description The sheet of the cell. A file without sheets uses one name for all its tasks. 1 to 255 characters. Required in every write; the last accepted value wins.
             * @example Items
             */
            sheet_name: string;
            /**
             * @description The row of the cell in its sheet. Count from 0 or 1, in the same way in the whole session: an export is ordered by it. A whole number from 0 to 2147483647. Required in every write; the last accepted value wins.
             * @example 2
             */
            row_index: number;
            /**
             * @description The column that the translation is written to, such as its target language. An export has one column for each. 1 to 255 characters. Required in every write; the last accepted value wins.
             * @example fr
             */
            column_name: string;
            /**
             * @description The text to translate. It may be empty. At most 1048576 bytes of UTF-8 (1 MiB). Required in every write; the last accepted value wins.
             * @example Paper lantern
             */
            source_text: string;
            /**
             * @description The translation; null while there is none. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it.
             * @example Lanterne en papier
             */
            target_text?: string | null;
            /**
             * @description What the language model is told beside the text, such as the key of the string. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it.
             * @example items.lantern.name
             */
            context?: string | null;
            /**
             * @description State of the work on the cell, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery returns the unfinished tasks; a retry sets failed ones to `pending`. 1 to 20 lower-case letters, digits and _, beginning with a letter. Required in every write; the last accepted value wins.
             * @example completed
             */
            status: string;
            /**
             * @description How sure the client is of the translation. A number from 0 to 1, kept to 4 decimals. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 0.9601
             */
            confidence?: number | null;
            /**
             * @description Why the task failed, in the words of the client. `/failures` groups failed tasks by it; a retry clears it. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it.
             * @example null
             */
            error_message?: string | null;
            /**
             * @description How often the work was repeated. The client counts its own attempts; a retry through the API adds 1. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is 0 at first.
             * @example 0
             */
            retry_count?: number;
            /**
             * @description When the work on the cell began. An ISO 8601 date-time between the years 1000 and 9999; without a zone it is UTC. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 2026-11-24T12:04:58.000Z
             */
            start_time?: string | null;
            /**
             * @description When the work on the cell ended. An ISO 8601 date-time between the years 1000 and 9999; without a zone it is UTC. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 2026-11-24T12:05:00.125Z
             */
            end_time?: string | null;
            /**
             * @description Milliseconds of work on the cell. Statistics show the mean. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 2125
             */
            duration_ms?: number | null;
            /** @description When the service first accepted the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z. */
            created_at?: unknown;
            /** @description When the service last accepted a write of the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z. */
            updated_at?: unknown;
        };
        /**
         * @example {
         *       "status": "flushed",
         *       "sessions_written": 1,
         *       "tasks_written": 120,
         *       "duration_ms": 14
         *     }
         */
        FlushAnswer: {
            /**
             * @description Everything accepted before this call is settled.
             * @enum {string}
             */
            status: "flushed";
            /** @description Number of sessions that this call itself stored. */
            sessions_written: number;
            /** @description Number of tasks that this call itself stored. */
            tasks_written: number;
            /** @description Milliseconds that the call took. */
            duration_ms: number;
        };
        /**
         * @example {
         *       "status": "deleted",
         *       "session_id": "tale-items-fr",
         *       "deleted_tasks": 120
         *     }
         */
        DeletedSession: {
            /**
             * @description No write accepted before brings the session back.
             * @enum {string}
             */
            status: "deleted";
            /** @description The id of the session. */
            session_id: string;
            /** @description Number of tasks that were deleted with their sessions. */
            deleted_tasks: number;
        };
        /**
         * @example {
         *       "deleted_sessions": 3,
         *       "deleted_tasks": 360,
         *       "dry_run": false
         *     }
         */
        CleanUpAnswer: {
            /** @description Number of sessions that were deleted. */
            deleted_sessions: number;
            /** @description Number of tasks that were deleted with their sessions. */
            deleted_tasks: number;
            /** @description True if nothing was deleted, and the numbers say what would have been. */
            dry_run: boolean;
        };
        /**
         * @example {
         *       "sessions": {
         *         "total": 4,
         *         "by_status": {
         *           "completed": 3,
         *           "processing": 1
         *         }
         *       },
         *       "tasks": {
         *         "total": 480,
         *         "by_status": {
         *           "completed": 470,
         *           "pending": 10
         *         },
         *         "avg_duration_ms": 812.5,
         *         "avg_confidence": 0.9412,
         *         "total_retries": 7
         *       },
         *       "storage": [
         *         {
         *           "backend": "sqlite",
         *           "driver": "better-sqlite3 13.2.0",
         *           "collections": [
         *             "translation_sessions",
         *             "translation_tasks"
         *           ],
         *           "size_bytes": 4194304
         *         }
         *       ],
         *       "retention": {
         *         "enabled": true,
         *         "last_run_at": "2026-11-24T03:00:12.480Z",
         *         "last_outcome": "cleaned_up",
         *         "deleted_sessions": 3,
         *         "deleted_tasks": 360,
         *         "next_run_at": "2026-11-25T03:00:12.480Z"
         *       }
         *     }
         */
        Statistics: {
            /** @description Counts of sessions. */
            sessions: {
                /** @description Number of stored sessions. */
                total: number;
                /**
                 * @description Number of stored sessions by status.
                 * @example {
                 *       "pending": 3,
                 *       "completed": 40
                 *     }
                 */
                by_status: {
                    [key: string]: number;
                };
            };
            /** @description Counts and means of tasks. */
            tasks: {
                /** @description Number of stored tasks. */
                total: number;
                /**
                 * @description Number of stored tasks by status.
                 * @example {
                 *       "pending": 3,
                 *       "completed": 40
                 *     }
                 */
                by_status: {
                    [key: string]: number;
                };
                /** @description Mean `duration_ms` of the tasks that have one; null if none has. */
                avg_duration_ms: number | null;
                /** @description Mean `confidence` of the tasks that have one; null if none has. */
                avg_confidence: number | null;
                /** @description Sum of `retry_count`. */
                total_retries: number;
            };
            /** @description The stores of the collections. */
            storage: {
                /** @description Name of the storage backend in the configuration. */
                backend: string;
                /** @description Kind of the store: `sqlite`, `mysql` or `memory`. */
                driver: string;
                /** @description The collections that it keeps. */
                collections: string[];
                /** @description Bytes that it takes, as the store itself estimates them. */
                size_bytes: number;
            }[];
            /** @description Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the last run, or no run planned. */
            retention: {
                /** @description Whether clean-ups are scheduled in this instance. */
                enabled: boolean;
                /**
                 * Format: date-time
                 * @description When the last clean-up began.
                 * @example 2026-11-24T12:05:30.250Z
                 */
                last_run_at: string | null;
                /**
                 * @description How it ended. left_to_another: another instance was cleaning up the same store.
                 * @enum {string|null}
                 */
                last_outcome: "cleaned_up" | "failed" | "left_to_another" | null;
                /** @description Number of sessions that it deleted. */
                deleted_sessions: number | null;
                /** @description Number of tasks that it deleted. */
                deleted_tasks: number | null;
                /**
                 * Format: date-time
                 * @description When the next clean-up begins.
                 * @example 2026-11-24T12:05:30.250Z
                 */
                next_run_at: string | null;
            };
        };
        /**
         * @example {
         *       "total": 1,
         *       "page": 1,
         *       "page_size": 20,
         *       "total_pages": 1,
         *       "items": [
         *         {
         *           "session_id": "tale-items-fr",
         *           "filename": "items.xlsx",
         *           "file_path": "/games/tale/items.xlsx",
         *           "status": "processing",
         *           "game_info": {
         *             "name": "A Tale of Lanterns",
         *             "genre": "adventure"
         *           },
         *           "llm_provider": "openai",
         *           "metadata": {
         *             "target_language": "fr"
         *           },
         *           "total_tasks": 120,
         *           "completed_tasks": 40,
         *           "failed_tasks": 1,
         *           "processing_tasks": 8,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        SessionPage: {
            /** @description Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact number. */
            total: number;
            /** @description Number of this page, the first is 1. */
            page: number;
            /** @description Maximum number of records on a page: the one that was asked for, at most 100. */
            page_size: number;
            /** @description Number of pages of this size. */
            total_pages: number;
            /** @description The records of this page, in the order that was asked for. */
            items: components["schemas"]["ListedSession"][];
            /** @description Send it as `cursor` for the next page; null on the last page. */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "session_id": "tale-items-fr",
         *       "filename": "items.xlsx",
         *       "file_path": "/games/tale/items.xlsx",
         *       "status": "processing",
         *       "game_info": {
         *         "name": "A Tale of Lanterns",
         *         "genre": "adventure"
         *       },
         *       "llm_provider": "openai",
         *       "metadata": {
         *         "target_language": "fr"
         *       },
         *       "total_tasks": 120,
         *       "completed_tasks": 40,
         *       "failed_tasks": 1,
         *       "processing_tasks": 8,
         *       "created_at": "2026-11-24T12:00:00.000Z",
         *       "updated_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        ListedSession: {
            /** @description Names the session. The client chooses it; it is unique in the whole service and never changes. Use one session for a file in one target language. 1 to 36 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write. */
            session_id: string;
            /** @description Name of the file as people see it, in lists and as the name of an export. 1 to 255 characters. Required in every write; the last accepted value wins. */
            filename: string;
            /** @description Where the client keeps the file. The service stores the path and never opens it. 1 to 512 characters. Required in every write; the last accepted value wins. */
            file_path: string;
            /** @description State of the work on the file, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case letters, digits and _, beginning with a letter. Required in every write; the last accepted value wins. */
            status: string;
            /** @description What the client wants to know again about the game, such as its name. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it. */
            game_info: {
                [key: string]: unknown;
            } | null;
            /** @description The provider of the language model. Lists of sessions can be filtered by it. 1 to 50 characters. Required in every write; the last accepted value wins. */
            llm_provider: string;
            /** @description Anything else that the client wants back, such as the target language. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description Number of tasks of the file, as the client counts them. Progress is counted from the stored tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            total_tasks: number;
            /** @description Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            completed_tasks: number;
            /** @description Number of tasks that have failed at least once, as the client counts them. A retry does not decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            failed_tasks: number;
            /** @description Number of tasks in work at the moment, as the client counts them. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is 0 at first. */
            processing_tasks: number;
            /**
             * Format: date-time
             * @description When the service first accepted the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the service last accepted a write of the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            updated_at: string;
            /** @description Only with `include=progress`. */
            progress?: {
                /** @description Number of stored tasks. */
                total: number;
                /**
                 * @description Number of stored tasks by status.
                 * @example {
                 *       "pending": 3,
                 *       "completed": 40
                 *     }
                 */
                by_status: {
                    [key: string]: number;
                };
            };
        };
        /**
         * @example {
         *       "total": 1,
         *       "page": 1,
         *       "page_size": 20,
         *       "total_pages": 1,
         *       "items": [
         *         {
         *           "task_id": "tale-items-fr-00001",
         *           "session_id": "tale-items-fr",
         *           "batch_id": "tale-items-fr-b000",
         *           "sheet_name": "Items",
         *           "row_index": 2,
         *           "column_name": "fr",
         *           "source_text": "Paper lantern",
         *           "target_text": "Lanterne en papier",
         *           "context": "items.lantern.name",
         *           "status": "completed",
         *           "confidence": 0.9601,
         *           "error_message": null,
         *           "retry_count": 0,
         *           "start_time": "2026-11-24T12:04:58.000Z",
         *           "end_time": "2026-11-24T12:05:00.125Z",
         *           "duration_ms": 2125,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        TaskPage: {
            /** @description Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact number. */
            total: number;
            /** @description Number of this page, the first is 1. */
            page: number;
            /** @description Maximum number of records on a page: the one that was asked for, at most 100. */
            page_size: number;
            /** @description Number of pages of this size. */
            total_pages: number;
            /** @description The records of this page, in the order that was asked for. */
            items: components["schemas"]["Task"][];
            /** @description Send it as `cursor` for the next page; null on the last page. */
            next_cursor: string | null;
        };
        /**
         * @description One cell in translation.
         * @example {
         *       "task_id": "tale-items-fr-00001",
         *       "session_id": "tale-items-fr",
         *       "batch_id": "tale-items-fr-b000",
         *       "sheet_name": "Items",
         *       "row_index": 2,
         *       "column_name": "fr",
         *       "source_text": "Paper lantern",
         *       "target_text": "Lanterne en papier",
         *       "context": "items.lantern.name",
         *       "status": "completed",
         *       "confidence": 0.9601,
         *       "error_message": null,
         *       "retry_count": 0,
         *       "start_time": "2026-11-24T12:04:58.000Z",
         *       "end_time": "2026-11-24T12:05:00.125Z",
         *       "duration_ms": 2125,
         *       "created_at": "2026-11-24T12:00:00.000Z",
         *       "updated_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        Task: {
            /** @description Names the task. The client chooses it; it is unique over all sessions and never changes. The same row is a task in every language of a game, so include the session id. 1 to 64 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write. */
            task_id: string;
            /** @description The session that the task belongs to, permanently. The task is deleted with it. 1 to 36 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write, always with the same value: a write that names another one is refused. */
            session_id: string;
            /** @description Names the group of tasks that one call of the language model handles, or any other group that the client wants to list or retry together. It need not be unique. 1 to 64 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write; the last accepted value wins. */
            batch_id: string;
            /** @description The sheet of the cell. A file without sheets uses one name for all its tasks. 1 to 255 characters. Required in every write; the last accepted value wins. */
            sheet_name: string;
            /** @description The row of the cell in its sheet. Count from 0 or 1, in the same way in the whole session: an export is ordered by it. A whole number from 0 to 2147483647. Required in every write; the last accepted value wins. */
            row_index: number;
            /** @description The column that the translation is written to, such as its target language. An export has one column for each. 1 to 255 characters. Required in every write; the last accepted value wins. */
            column_name: string;
            /** @description The text to translate. It may be empty. At most 1048576 bytes of UTF-8 (1 MiB). Required in every write; the last accepted value wins. */
            source_text: string;
            /** @description The translation; null while there is none. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it. */
            target_text: string | null;
            /** @description What the language model is told beside the text, such as the key of the string. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it. */
            context: string | null;
            /** @description State of the work on the cell, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery returns the unfinished tasks; a retry sets failed ones to `pending`. 1 to 20 lower-case letters, digits and _, beginning with a letter. Required in every write; the last accepted value wins. */
            status: string;
            /** @description How sure the client is of the translation. A number from 0 to 1, kept to 4 decimals. A write that omits it keeps its value, which is null at first; null clears it. */
            confidence: number | null;
            /** @description Why the task failed, in the words of the client. `/failures` groups failed tasks by it; a retry clears it. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at first; null clears it. */
            error_message: string | null;
            /** @description How often the work was repeated. The client counts its own attempts; a retry through the API adds 1. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is 0 at first. */
            retry_count: number;
            /**
             * Format: date-time
             * @description When the work on the cell began. An ISO 8601 date-time between the years 1000 and 9999; without a zone it is UTC. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 2026-11-24T12:05:30.250Z
             */
            start_time: string | null;
            /**
             * Format: date-time
             * @description When the work on the cell ended. An ISO 8601 date-time between the years 1000 and 9999; without a zone it is UTC. A write that omits it keeps its value, which is null at first; null clears it.
             * @example 2026-11-24T12:05:30.250Z
             */
            end_time: string | null;
            /** @description Milliseconds of work on the cell. Statistics show the mean. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is null at first; null clears it. */
            duration_ms: number | null;
            /**
             * Format: date-time
             * @description When the service first accepted the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the service last accepted a write of the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            updated_at: string;
        };
        /**
         * @description One file in translation.
         * @example {
         *       "session_id": "tale-items-fr",
         *       "filename": "items.xlsx",
         *       "file_path": "/games/tale/items.xlsx",
         *       "status": "processing",
         *       "game_info": {
         *         "name": "A Tale of Lanterns",
         *         "genre": "adventure"
         *       },
         *       "llm_provider": "openai",
         *       "metadata": {
         *         "target_language": "fr"
         *       },
         *       "total_tasks": 120,
         *       "completed_tasks": 40,
         *       "failed_tasks": 1,
         *       "processing_tasks": 8,
         *       "created_at": "2026-11-24T12:00:00.000Z",
         *       "updated_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        Session: {
            /** @description Names the session. The client chooses it; it is unique in the whole service and never changes. Use one session for a file in one target language. 1 to 36 characters, compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or "..". Required in every write. */
            session_id: string;
            /** @description Name of the file as people see it, in lists and as the name of an export. 1 to 255 characters. Required in every write; the last accepted value wins. */
            filename: string;
            /** @description Where the client keeps the file. The service stores the path and never opens it. 1 to 512 characters. Required in every write; the last accepted value wins. */
            file_path: string;
            /** @description State of the work on the file, in the words of the client: `completed`, `failed`, `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case letters, digits and _, beginning with a letter. Required in every write; the last accepted value wins. */
            status: string;
            /** @description What the client wants to know again about the game, such as its name. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it. */
            game_info: {
                [key: string]: unknown;
            } | null;
            /** @description The provider of the language model. Lists of sessions can be filtered by it. 1 to 50 characters. Required in every write; the last accepted value wins. */
            llm_provider: string;
            /** @description Anything else that the client wants back, such as the target language. The service does not read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A write that omits it keeps its value, which is null at first; null clears it. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description Number of tasks of the file, as the client counts them. Progress is counted from the stored tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            total_tasks: number;
            /** @description Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            completed_tasks: number;
            /** @description Number of tasks that have failed at least once, as the client counts them. A retry does not decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first. */
            failed_tasks: number;
            /** @description Number of tasks in work at the moment, as the client counts them. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is 0 at first. */
            processing_tasks: number;
            /**
             * Format: date-time
             * @description When the service first accepted the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the service last accepted a write of the record. The service sets it; a write may contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
             * @example 2026-11-24T12:05:30.250Z
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "session_id": "tale-items-fr",
         *       "total": 120,
         *       "by_status": {
         *         "completed": 100,
         *         "failed": 2,
         *         "pending": 18
         *       },
         *       "sheets": [
         *         {
         *           "sheet_name": "Items",
         *           "total": 80,
         *           "by_status": {
         *             "completed": 78,
         *             "failed": 2
         *           }
         *         },
         *         {
         *           "sheet_name": "Quests",
         *           "total": 40,
         *           "by_status": {
         *             "completed": 22,
         *             "pending": 18
         *           }
         *         }
         *       ]
         *     }
         */
        SessionProgress: {
            /** @description The id of the session. */
            session_id: string;
            /** @description Number of stored tasks. */
            total: number;
            /**
             * @description Number of stored tasks by status.
             * @example {
             *       "pending": 3,
             *       "completed": 40
             *     }
             */
            by_status: {
                [key: string]: number;
            };
            /** @description The same counts of each sheet, in the order of their names. */
            sheets: {
                /** @description Name of the sheet, as its tasks have it. */
                sheet_name: string;
                /** @description Number of stored tasks. */
                total: number;
                /**
                 * @description Number of stored tasks by status.
                 * @example {
                 *       "pending": 3,
                 *       "completed": 40
                 *     }
                 */
                by_status: {
                    [key: string]: number;
                };
            }[];
        };
        /**
         * @example {
         *       "total": 2,
         *       "truncated": false,
         *       "groups": [
         *         {
         *           "message": "Rate limit reached for <quoted>: try again in <number>s",
         *           "count": 2,
         *           "sessions": [
         *             "tale-items-fr"
         *           ],
         *           "first_seen": "2026-11-24T12:01:02.000Z",
         *           "last_seen": "2026-11-24T12:05:30.250Z",
         *           "sample_task_ids": [
         *             "tale-items-fr-00001"
         *           ]
         *         }
         *       ]
         *     }
         */
        Failures: {
            /** @description Number of failed tasks. */
            total: number;
            /** @description Whether some of them are in no group: only the newest 10,000 are looked at, and only `limit` groups are listed. */
            truncated: boolean;
            /** @description Failed tasks with the same cause, the largest group first. */
            groups: {
                /** @description What the error messages have in common: numbers, ids, quoted parts and URLs are replaced. Empty for tasks without a message. */
                message: string;
                /** @description Number of failed tasks of the group. */
                count: number;
                /** @description The ids of their sessions, those of the newest tasks first. */
                sessions: string[];
                /**
                 * Format: date-time
                 * @description When the oldest of them was last accepted.
                 * @example 2026-11-24T12:05:30.250Z
                 */
                first_seen: string;
                /**
                 * Format: date-time
                 * @description When the newest of them was last accepted.
                 * @example 2026-11-24T12:05:30.250Z
                 */
                last_seen: string;
                /** @description The ids of up to five of them, newest first. */
                sample_task_ids: string[];
            }[];
        };
        /**
         * @example {
         *       "session_id": "tale-items-fr",
         *       "retried_tasks": 2
         *     }
         */
        RetriedSession: {
            /** @description The id of the session. */
            session_id: string;
            /** @description Number of failed tasks that are set back to `pending`. */
            retried_tasks: number;
        };
        /**
         * @example {
         *       "sheet_name": "Items",
         *       "message": "Rate limit reached for <quoted>: try again in <number>s"
         *     }
         */
        RetryRequest: {
            /** @description Only tasks of this sheet. */
            sheet_name?: string;
            /** @description Only tasks of this batch. */
            batch_id?: string;
            /** @description Only tasks of this group of `/failures`; an error message is grouped as there. */
            message?: string;
            /** @description Only these tasks, at most 10000; those that are not failed are left as they are. */
            task_ids?: string[];
        };
        /**
         * @example {
         *       "count": 1,
         *       "sessions": [
         *         {
         *           "session_id": "tale-items-fr",
         *           "filename": "items.xlsx",
         *           "file_path": "/games/tale/items.xlsx",
         *           "status": "processing",
         *           "game_info": {
         *             "name": "A Tale of Lanterns",
         *             "genre": "adventure"
         *           },
         *           "llm_provider": "openai",
         *           "metadata": {
         *             "target_language": "fr"
         *           },
         *           "total_tasks": 120,
         *           "completed_tasks": 40,
         *           "failed_tasks": 1,
         *           "processing_tasks": 8,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ]
         *     }
         */
        IncompleteSessions: {
            /** @description Number of sessions in the answer. */
            count: number;
            /** @description Unfinished sessions, and finished ones that have unfinished tasks; newest first. */
            sessions: components["schemas"]["Session"][];
        };
        /**
         * @example {
         *       "session_id": "tale-items-fr",
         *       "session": {
         *         "session_id": "tale-items-fr",
         *         "filename": "items.xlsx",
         *         "file_path": "/games/tale/items.xlsx",
         *         "status": "processing",
         *         "game_info": {
         *           "name": "A Tale of Lanterns",
         *           "genre": "adventure"
         *         },
         *         "llm_provider": "openai",
         *         "metadata": {
         *           "target_language": "fr"
         *         },
         *         "total_tasks": 120,
         *         "completed_tasks": 40,
         *         "failed_tasks": 1,
         *         "processing_tasks": 8,
         *         "created_at": "2026-11-24T12:00:00.000Z",
         *         "updated_at": "2026-11-24T12:05:30.250Z"
         *       },
         *       "tasks_count": 1,
         *       "tasks": [
         *         {
         *           "task_id": "tale-items-fr-00001",
         *           "session_id": "tale-items-fr",
         *           "batch_id": "tale-items-fr-b000",
         *           "sheet_name": "Items",
         *           "row_index": 2,
         *           "column_name": "fr",
         *           "source_text": "Paper lantern",
         *           "target_text": null,
         *           "context": "items.lantern.name",
         *           "status": "pending",
         *           "confidence": null,
         *           "error_message": null,
         *           "retry_count": 0,
         *           "start_time": "2026-11-24T12:04:58.000Z",
         *           "end_time": "2026-11-24T12:05:00.125Z",
         *           "duration_ms": 2125,
         *           "created_at": "2026-11-24T12:00:00.000Z",
         *           "updated_at": "2026-11-24T12:05:30.250Z"
         *         }
         *       ],
         *       "restored_at": "2026-11-24T12:05:30.250Z"
         *     }
         */
        RestoredSession: {
            /** @description The id of the session. */
            session_id: string;
            session: components["schemas"]["Session"] & unknown;
            /** @description Number of tasks in the answer. */
            tasks_count: number;
            /** @description The unfinished tasks of the session. */
            tasks: components["schemas"]["Task"][];
            /**
             * Format: date-time
             * @description When the answer was made.
             * @example 2026-11-24T12:05:30.250Z
             */
            restored_at: string;
        };
        /**
         * @example {
         *       "total": 1,
         *       "page": 1,
         *       "page_size": 20,
         *       "total_pages": 1,
         *       "items": [
         *         {
         *           "id": "3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11",
         *           "collection": "translation_tasks",
         *           "key": "tale-items-fr-00001",
         *           "reason": "MISSING_PARENT: session_id \"tale-items-fr\" does not exist",
         *           "attempts": 1,
         *           "quarantined_at": "2026-11-24T12:05:30.250Z",
         *           "record": {
         *             "task_id": "tale-items-fr-00001",
         *             "session_id": "tale-items-fr",
         *             "batch_id": "tale-items-fr-b000",
         *             "sheet_name": "Items",
         *             "row_index": 2,
         *             "column_name": "fr",
         *             "source_text": "Paper lantern",
         *             "target_text": "Lanterne en papier",
         *             "context": "items.lantern.name",
         *             "status": "completed",
         *             "confidence": 0.9601,
         *             "error_message": null,
         *             "retry_count": 0,
         *             "start_time": "2026-11-24T12:04:58.000Z",
         *             "end_time": "2026-11-24T12:05:00.125Z",
         *             "duration_ms": 2125,
         *             "created_at": "2026-11-24T12:00:00.000Z",
         *             "updated_at": "2026-11-24T12:05:30.250Z"
         *           }
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        QuarantinePage: {
            /** @description Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten seconds old, or two minutes if it takes seconds to count; use `fresh=true` for an exact number. */
            total: number;
            /** @description Number of this page, the first is 1. */
            page: number;
            /** @description Maximum number of records on a page: the one that was asked for, at most 100. */
            page_size: number;
            /** @description Number of pages of this size. */
            total_pages: number;
            /** @description The records of this page, in the order that was asked for. */
            items: components["schemas"]["QuarantinedRecord"][];
            /** @description Send it as `cursor` for the next page; null on the last page. */
            next_cursor: string | null;
        };
        /**
         * @example {
         *       "id": "3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11",
         *       "collection": "translation_tasks",
         *       "key": "tale-items-fr-00001",
         *       "reason": "MISSING_PARENT: session_id \"tale-items-fr\" does not exist",
         *       "attempts": 1,
         *       "quarantined_at": "2026-11-24T12:05:30.250Z",
         *       "record": {
         *         "task_id": "tale-items-fr-00001",
         *         "session_id": "tale-items-fr",
         *         "batch_id": "tale-items-fr-b000",
         *         "sheet_name": "Items",
         *         "row_index": 2,
         *         "column_name": "fr",
         *         "source_text": "Paper lantern",
         *         "target_text": "Lanterne en papier",
         *         "context": "items.lantern.name",
         *         "status": "completed",
         *         "confidence": 0.9601,
         *         "error_message": null,
         *         "retry_count": 0,
         *         "start_time": "2026-11-24T12:04:58.000Z",
         *         "end_time": "2026-11-24T12:05:00.125Z",
         *         "duration_ms": 2125,
         *         "created_at": "2026-11-24T12:00:00.000Z",
         *         "updated_at": "2026-11-24T12:05:30.250Z"
         *       }
         *     }
         */
        QuarantinedRecord: {
            /** @description The id of the record in quarantine, to requeue it or to drop it. */
            id: string;
            /** @description The collection of the record. */
            collection: string;
            /** @description The id of the session or of the task. */
            key: string;
            /** @description Why the store refused it: a code, a colon, a sentence. */
            reason: string;
            /** @description How often the store has refused it. */
            attempts: number;
            /**
             * Format: date-time
             * @description When it came into quarantine.
             * @example 2026-11-24T12:05:30.250Z
             */
            quarantined_at: string;
            /** @description The fields of the write, as they were accepted. */
            record: {
                [key: string]: unknown;
            };
        };
        /**
         * @example {
         *       "requeued": 1
         *     }
         */
        RequeuedAnswer: {
            /** @description Number of records that are tried again. */
            requeued: number;
        };
        /**
         * @example {
         *       "ids": [
         *         "3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11"
         *       ]
         *     }
         */
        RequeueRequest: {
            /** @description The ids of the records to retry, at most 10000; default: all. */
            ids?: string[];
        };
        /**
         * @example {
         *       "status": "deleted"
         *     }
         */
        DroppedAnswer: {
            /**
             * @description The record is no longer in quarantine.
             * @enum {string}
             */
            status: "deleted";
        };
        /**
         * @example {
         *       "status": "healthy",
         *       "database": "healthy",
         *       "buffer": {
         *         "sessions_count": 1,
         *         "tasks_count": 40,
         *         "total_count": 41,
         *         "capacity": 200000,
         *         "usage_percent": 0.02,
         *         "last_flush_time": "2026-11-24T12:05:30.250Z",
         *         "oldest_pending_seconds": 1.25,
         *         "accepted": 521,
         *         "stored": 480,
         *         "coalesced": 0,
         *         "pending": 41,
         *         "quarantined": 0,
         *         "in_quarantine": 0
         *       },
         *       "version": "1.0.0",
         *       "problems": []
         *     }
         */
        Health: {
            /**
             * @description `unhealthy` (503): a store does not answer. `degraded` (200): see `problems`.
             * @enum {string}
             */
            status: "healthy" | "degraded" | "unhealthy";
            /**
             * @description Whether the stores answer.
             * @enum {string}
             */
            database: "healthy" | "unhealthy";
            /** @description Records on their way to the store. */
            buffer: {
                /** @description Number of sessions that wait to be stored. */
                sessions_count: number;
                /** @description Number of tasks that wait to be stored. */
                tasks_count: number;
                /** @description Number of records that wait to be stored. */
                total_count: number;
                /** @description Number of records that may wait before writes are answered 503. */
                capacity: number;
                /** @description Share of the capacity, or of its bytes, in use. */
                usage_percent: number;
                /**
                 * Format: date-time
                 * @description When records were last stored; null before that.
                 * @example 2026-11-24T12:05:30.250Z
                 */
                last_flush_time: string | null;
                /** @description Seconds that the oldest waiting record has waited. */
                oldest_pending_seconds: number;
                /** @description Records accepted by this instance since it started. */
                accepted: number;
                /** @description Records stored by this instance since it started. */
                stored: number;
                /** @description Records that were merged with a waiting write of the same key since it started. */
                coalesced: number;
                /** @description Records that wait to be stored. */
                pending: number;
                /** @description Records quarantined by this instance since it started. */
                quarantined: number;
                /** @description Records in quarantine now, from all instances. */
                in_quarantine: number;
            };
            /** @description Version of the service. */
            version: string;
            /** @description Descriptions of problems. */
            problems: string[];
            /**
             * @description `open`: there are no API keys, so every client that reaches the service may do everything. `keys` is shown only to a key with the scope `admin`.
             * @enum {string}
             */
            access?: "open" | "keys";
            /** @description The scopes of the key of this request; absent without a known key. */
            scopes?: ("read" | "write" | "admin")[];
        };
        /**
         * @example {
         *       "status": "alive"
         *     }
         */
        Liveness: {
            /**
             * @description The process is up.
             * @enum {string}
             */
            status: "alive";
        };
        /**
         * @example {
         *       "status": "ready",
         *       "reason": null
         *     }
         */
        Readiness: {
            /**
             * @description Whether writes are accepted.
             * @enum {string}
             */
            status: "ready" | "not_ready";
            /** @description Why not; null if they are. */
            reason: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    acceptSessions: {
        parameters: {
            query?: {
                /** @description `stored`: answer only when these records are committed to the store or quarantined. With `buffer.durability: stored` every answer is of this kind. */
                ack?: "accepted" | "stored";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionInputBatch"];
            };
        };
        responses: {
            /** @description Accepted (or stored) */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description The body is not JSON */
            400: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body was cut off, or did not arrive in time */
            408: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A record of the batch already belongs to another session; `errors` names it */
            409: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json */
            415: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptTasks: {
        parameters: {
            query?: {
                /** @description `stored`: answer only when these records are committed to the store or quarantined. With `buffer.durability: stored` every answer is of this kind. */
                ack?: "accepted" | "stored";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskInputBatch"];
            };
        };
        responses: {
            /** @description Accepted (or stored) */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description The body is not JSON */
            400: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body was cut off, or did not arrive in time */
            408: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A record of the batch already belongs to another session; `errors` names it */
            409: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json */
            415: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything is committed */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlushAnswer"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedSession"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cleanUpSessions: {
        parameters: {
            query?: {
                /** @description Days since its creation after which a completed, cancelled or skipped session is deleted. */
                completed_days?: number;
                /** @description Days since its creation after which a failed session is deleted. */
                failed_days?: number;
                /** @description Only count what would be deleted. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number of deleted records, or of those that would be deleted */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CleanUpAnswer"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatistics: {
        parameters: {
            query?: {
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description One status, or several separated by commas. */
                status?: string;
                /** @description One llm_provider, or several separated by commas. */
                llm_provider?: string;
                /** @description Created at or after this time; without a zone it is UTC. */
                from_date?: string;
                /** @description Created at or before this time; a date without a time includes the whole day. */
                to_date?: string;
                /** @description Updated at or after this time; without a zone it is UTC. */
                updated_from?: string;
                /** @description Updated at or before this time; a date without a time includes the whole day. */
                updated_to?: string;
                /** @description A part of filename; case-sensitive. */
                filename?: string;
                /** @description Number of the page. For deep paging use `cursor`: a later page takes longer. */
                page?: number;
                /** @description At most 100; a larger number is reduced to it. */
                page_size?: number;
                /** @description The field to sort by. Records with the same value are sorted by their key. */
                sort_by?: "created_at" | "updated_at" | "filename" | "status" | "session_id";
                /** @description Ascending or descending; keys of equal values in the same direction. */
                order?: "asc" | "desc";
                /** @description The `next_cursor` of the previous page; replaces `page`, for deep paging. */
                cursor?: string;
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
                /** @description Adds to each session how far it is, counted from its stored tasks. If the sessions of the page have more than 100,000 tasks, the counts may be some seconds old. */
                include?: "progress";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description This session_id, compared byte for byte. */
                session_id?: string;
                /** @description One status, or several separated by commas. */
                status?: string;
                /** @description This sheet_name, compared byte for byte. */
                sheet_name?: string;
                /** @description This column_name, compared byte for byte. Only together with the record that these belong to. */
                column_name?: string;
                /** @description This batch_id, compared byte for byte. */
                batch_id?: string;
                /** @description A part of source_text or target_text or context or error_message; case-sensitive. Only together with the record that these belong to. */
                text?: string;
                /** @description Created at or after this time; without a zone it is UTC. */
                from_date?: string;
                /** @description Created at or before this time; a date without a time includes the whole day. */
                to_date?: string;
                /** @description Updated at or after this time; without a zone it is UTC. */
                updated_from?: string;
                /** @description Updated at or before this time; a date without a time includes the whole day. */
                updated_to?: string;
                /** @description Number of the page. For deep paging use `cursor`: a later page takes longer. */
                page?: number;
                /** @description At most 100; a larger number is reduced to it. */
                page_size?: number;
                /** @description The field to sort by. Records with the same value are sorted by their key. */
                sort_by?: "created_at" | "updated_at" | "row_index" | "status" | "task_id";
                /** @description Ascending or descending; keys of equal values in the same direction. */
                order?: "asc" | "desc";
                /** @description The `next_cursor` of the previous page; replaces `page`, for deep paging. */
                cursor?: string;
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasksOfSession: {
        parameters: {
            query?: {
                /** @description One status, or several separated by commas. */
                status?: string;
                /** @description This sheet_name, compared byte for byte. */
                sheet_name?: string;
                /** @description This column_name, compared byte for byte. Only together with the record that these belong to. */
                column_name?: string;
                /** @description This batch_id, compared byte for byte. */
                batch_id?: string;
                /** @description A part of source_text or target_text or context or error_message; case-sensitive. Only together with the record that these belong to. */
                text?: string;
                /** @description Number of the page. For deep paging use `cursor`: a later page takes longer. */
                page?: number;
                /** @description At most 100; a larger number is reduced to it. */
                page_size?: number;
                /** @description The field to sort by. Records with the same value are sorted by their key. */
                sort_by?: "created_at" | "updated_at" | "row_index" | "status" | "task_id";
                /** @description Ascending or descending; keys of equal values in the same direction. */
                order?: "asc" | "desc";
                /** @description The `next_cursor` of the previous page; replaces `page`, for deep paging. */
                cursor?: string;
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
            };
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionProgress: {
        parameters: {
            query?: {
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
            };
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionProgress"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFailures: {
        parameters: {
            query?: {
                /** @description Only tasks of this session. */
                session_id?: string;
                /** @description Maximum number of groups. */
                limit?: number;
                /** @description Wait until everything accepted before this request is stored. */
                fresh?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The groups */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failures"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportSession: {
        parameters: {
            query?: {
                /** @description `xlsx`: a workbook. `csv`: UTF-8 with a byte order mark. `ndjson`: a JSON object in each line, the session first. */
                format?: "xlsx" | "csv" | "ndjson";
                /** @description `sheets` (only xlsx, and its default): a worksheet for each sheet, with a row for each row and a column for each column of the file. `records`: a row or a line for each task, with every field. */
                layout?: "sheets" | "records";
                /** @description Only for csv. `quote`: a text that a spreadsheet would run as a formula gets a leading apostrophe. `keep`: every text stays as it is. */
                formulas?: "quote" | "keep";
            };
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description An attachment with a file name */
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrySession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryRequest"];
            };
        };
        responses: {
            /** @description The number of tasks that were set back */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedSession"];
                };
            };
            /** @description The body is not JSON */
            400: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body was cut off, or did not arrive in time */
            408: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json */
            415: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIncompleteSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncompleteSessions"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session; streamed */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoredSession"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQuarantine: {
        parameters: {
            query?: {
                /** @description Number of the page. For deep paging use `cursor`: a later page takes longer. */
                page?: number;
                /** @description At most 100; a larger number is reduced to it. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantinePage"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requeueQuarantine: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RequeueRequest"];
            };
        };
        responses: {
            /** @description The number of retried records */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequeuedAnswer"];
                };
            };
            /** @description The body is not JSON */
            400: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body was cut off, or did not arrive in time */
            408: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json */
            415: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dropQuarantined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the record, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dropped */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DroppedAnswer"];
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The record does not exist */
            404: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After` */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Healthy, or degraded */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A store does not answer */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It cannot now */
            503: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSwaggerUi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page; it loads nothing from other hosts */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRedoc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page; it loads nothing from other hosts */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No API key, or an unknown one */
            401: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request */
            403: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description A Bearer challenge with the scope that the API key lacks */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts` */
            421: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid; `errors` lists the paths and reasons */
            422: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More requests per second than one client may send; retry after `Retry-After` */
            429: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    /** @description Seconds */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An internal error of the service; the log has it under the `request_id` */
            500: {
                headers: {
                    /** @description The id sent with the request if it was well formed, otherwise a new one */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
