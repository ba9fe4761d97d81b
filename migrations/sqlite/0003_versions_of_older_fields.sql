CREATE TABLE `__new_translation_sessions` (
	`session_id` text PRIMARY KEY NOT NULL,
	`filename` text NOT NULL,
	`file_path` text NOT NULL,
	`status` text NOT NULL,
	`game_info` text,
	`llm_provider` text NOT NULL,
	`metadata` text,
	`total_tasks` integer DEFAULT 0 NOT NULL,
	`completed_tasks` integer DEFAULT 0 NOT NULL,
	`failed_tasks` integer DEFAULT 0 NOT NULL,
	`processing_tasks` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`carried_fields` integer DEFAULT 0 NOT NULL,
	`game_info_older_version` integer,
	`metadata_older_version` integer,
	`processing_tasks_older_version` integer,
	CONSTRAINT "translation_sessions_session_id_range" CHECK(length("__new_translation_sessions"."session_id") <= 36),
	CONSTRAINT "translation_sessions_filename_range" CHECK(length("__new_translation_sessions"."filename") <= 255),
	CONSTRAINT "translation_sessions_file_path_range" CHECK(length("__new_translation_sessions"."file_path") <= 512),
	CONSTRAINT "translation_sessions_status_range" CHECK(length("__new_translation_sessions"."status") <= 20),
	CONSTRAINT "translation_sessions_game_info_range" CHECK(octet_length("__new_translation_sessions"."game_info") <= 1048576),
	CONSTRAINT "translation_sessions_llm_provider_range" CHECK(length("__new_translation_sessions"."llm_provider") <= 50),
	CONSTRAINT "translation_sessions_metadata_range" CHECK(octet_length("__new_translation_sessions"."metadata") <= 1048576),
	CONSTRAINT "translation_sessions_total_tasks_range" CHECK("__new_translation_sessions"."total_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_completed_tasks_range" CHECK("__new_translation_sessions"."completed_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_failed_tasks_range" CHECK("__new_translation_sessions"."failed_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_processing_tasks_range" CHECK("__new_translation_sessions"."processing_tasks" between 0 and 2147483647)
);
--> statement-breakpoint
INSERT INTO `__new_translation_sessions`("session_id", "filename", "file_path", "status", "game_info", "llm_provider", "metadata", "total_tasks", "completed_tasks", "failed_tasks", "processing_tasks", "created_at", "updated_at", "version", "game_info_older_version", "metadata_older_version", "processing_tasks_older_version") SELECT "session_id", "filename", "file_path", "status", "game_info", "llm_provider", "metadata", "total_tasks", "completed_tasks", "failed_tasks", "processing_tasks", "created_at", "updated_at", "version", "game_info_version", "metadata_version", "processing_tasks_version" FROM `translation_sessions`;--> statement-breakpoint
DROP TABLE `translation_sessions`;--> statement-breakpoint
ALTER TABLE `__new_translation_sessions` RENAME TO `translation_sessions`;--> statement-breakpoint
CREATE INDEX `translation_sessions_by_created_at` ON `translation_sessions` (`created_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_updated_at` ON `translation_sessions` (`updated_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_filename` ON `translation_sessions` (`filename`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status` ON `translation_sessions` (`status`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status_created_at` ON `translation_sessions` (`status`,`created_at`,`session_id`);--> statement-breakpoint
CREATE TABLE `__new_translation_tasks` (
	`task_id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`batch_id` text NOT NULL,
	`sheet_name` text NOT NULL,
	`row_index` integer NOT NULL,
	`column_name` text NOT NULL,
	`source_text` text NOT NULL,
	`target_text` text,
	`context` text,
	`status` text NOT NULL,
	`confidence` real,
	`error_message` text,
	`retry_count` integer DEFAULT 0 NOT NULL,
	`start_time` integer,
	`end_time` integer,
	`duration_ms` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`carried_fields` integer DEFAULT 0 NOT NULL,
	`target_text_older_version` integer,
	`context_older_version` integer,
	`confidence_older_version` integer,
	`error_message_older_version` integer,
	`retry_count_older_version` integer,
	`start_time_older_version` integer,
	`end_time_older_version` integer,
	`duration_ms_older_version` integer,
	FOREIGN KEY (`session_id`) REFERENCES `translation_sessions`(`session_id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "translation_tasks_task_id_range" CHECK(length("__new_translation_tasks"."task_id") <= 64),
	CONSTRAINT "translation_tasks_session_id_range" CHECK(length("__new_translation_tasks"."session_id") <= 36),
	CONSTRAINT "translation_tasks_batch_id_range" CHECK(length("__new_translation_tasks"."batch_id") <= 64),
	CONSTRAINT "translation_tasks_sheet_name_range" CHECK(length("__new_translation_tasks"."sheet_name") <= 255),
	CONSTRAINT "translation_tasks_row_index_range" CHECK("__new_translation_tasks"."row_index" between 0 and 2147483647),
	CONSTRAINT "translation_tasks_column_name_range" CHECK(length("__new_translation_tasks"."column_name") <= 255),
	CONSTRAINT "translation_tasks_source_text_range" CHECK(octet_length("__new_translation_tasks"."source_text") <= 1048576),
	CONSTRAINT "translation_tasks_target_text_range" CHECK(octet_length("__new_translation_tasks"."target_text") <= 1048576),
	CONSTRAINT "translation_tasks_context_range" CHECK(octet_length("__new_translation_tasks"."context") <= 1048576),
	CONSTRAINT "translation_tasks_status_range" CHECK(length("__new_translation_tasks"."status") <= 20),
	CONSTRAINT "translation_tasks_confidence_range" CHECK("__new_translation_tasks"."confidence" between 0 and 1),
	CONSTRAINT "translation_tasks_error_message_range" CHECK(octet_length("__new_translation_tasks"."error_message") <= 1048576),
	CONSTRAINT "translation_tasks_retry_count_range" CHECK("__new_translation_tasks"."retry_count" between 0 and 2147483647),
	CONSTRAINT "translation_tasks_duration_ms_range" CHECK("__new_translation_tasks"."duration_ms" between 0 and 2147483647)
);
--> statement-breakpoint
INSERT INTO `__new_translation_tasks`("task_id", "session_id", "batch_id", "sheet_name", "row_index", "column_name", "source_text", "target_text", "context", "status", "confidence", "error_message", "retry_count", "start_time", "end_time", "duration_ms", "created_at", "updated_at", "version", "target_text_older_version", "context_older_version", "confidence_older_version", "error_message_older_version", "retry_count_older_version", "start_time_older_version", "end_time_older_version", "duration_ms_older_version") SELECT "task_id", "session_id", "batch_id", "sheet_name", "row_index", "column_name", "source_text", "target_text", "context", "status", "confidence", "error_message", "retry_count", "start_time", "end_time", "duration_ms", "created_at", "updated_at", "version", "target_text_version", "context_version", "confidence_version", "error_message_version", "retry_count_version", "start_time_version", "end_time_version", "duration_ms_version" FROM `translation_tasks`;--> statement-breakpoint
DROP TABLE `translation_tasks`;--> statement-breakpoint
ALTER TABLE `__new_translation_tasks` RENAME TO `translation_tasks`;--> statement-breakpoint
CREATE INDEX `translation_tasks_by_created_at` ON `translation_tasks` (`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_updated_at` ON `translation_tasks` (`updated_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_row_index` ON `translation_tasks` (`row_index`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status` ON `translation_tasks` (`status`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status_created_at` ON `translation_tasks` (`status`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_sheet_name_created_at` ON `translation_tasks` (`sheet_name`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_batch_id_created_at` ON `translation_tasks` (`batch_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_created_at` ON `translation_tasks` (`session_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_row_index` ON `translation_tasks` (`session_id`,`row_index`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_status_created_at` ON `translation_tasks` (`session_id`,`status`,`created_at`,`task_id`);