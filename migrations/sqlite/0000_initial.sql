CREATE TABLE `translation_sessions` (
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
	`game_info_version` integer DEFAULT 0 NOT NULL,
	`metadata_version` integer DEFAULT 0 NOT NULL,
	`processing_tasks_version` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "translation_sessions_session_id_range" CHECK(length("translation_sessions"."session_id") <= 36),
	CONSTRAINT "translation_sessions_filename_range" CHECK(length("translation_sessions"."filename") <= 255),
	CONSTRAINT "translation_sessions_file_path_range" CHECK(length("translation_sessions"."file_path") <= 512),
	CONSTRAINT "translation_sessions_status_range" CHECK(length("translation_sessions"."status") <= 20),
	CONSTRAINT "translation_sessions_game_info_range" CHECK(octet_length("translation_sessions"."game_info") <= 1048576),
	CONSTRAINT "translation_sessions_llm_provider_range" CHECK(length("translation_sessions"."llm_provider") <= 50),
	CONSTRAINT "translation_sessions_metadata_range" CHECK(octet_length("translation_sessions"."metadata") <= 1048576),
	CONSTRAINT "translation_sessions_total_tasks_range" CHECK("translation_sessions"."total_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_completed_tasks_range" CHECK("translation_sessions"."completed_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_failed_tasks_range" CHECK("translation_sessions"."failed_tasks" between 0 and 2147483647),
	CONSTRAINT "translation_sessions_processing_tasks_range" CHECK("translation_sessions"."processing_tasks" between 0 and 2147483647)
);
--> statement-breakpoint
CREATE INDEX `translation_sessions_by_created_at` ON `translation_sessions` (`created_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_updated_at` ON `translation_sessions` (`updated_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_filename` ON `translation_sessions` (`filename`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status_created_at` ON `translation_sessions` (`status`,`created_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status` ON `translation_sessions` (`status`,`session_id`);--> statement-breakpoint
CREATE TABLE `translation_tasks` (
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
	`target_text_version` integer DEFAULT 0 NOT NULL,
	`context_version` integer DEFAULT 0 NOT NULL,
	`confidence_version` integer DEFAULT 0 NOT NULL,
	`error_message_version` integer DEFAULT 0 NOT NULL,
	`retry_count_version` integer DEFAULT 0 NOT NULL,
	`start_time_version` integer DEFAULT 0 NOT NULL,
	`end_time_version` integer DEFAULT 0 NOT NULL,
	`duration_ms_version` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `translation_sessions`(`session_id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "translation_tasks_task_id_range" CHECK(length("translation_tasks"."task_id") <= 64),
	CONSTRAINT "translation_tasks_session_id_range" CHECK(length("translation_tasks"."session_id") <= 36),
	CONSTRAINT "translation_tasks_batch_id_range" CHECK(length("translation_tasks"."batch_id") <= 64),
	CONSTRAINT "translation_tasks_sheet_name_range" CHECK(length("translation_tasks"."sheet_name") <= 255),
	CONSTRAINT "translation_tasks_row_index_range" CHECK("translation_tasks"."row_index" between 0 and 2147483647),
	CONSTRAINT "translation_tasks_column_name_range" CHECK(length("translation_tasks"."column_name") <= 255),
	CONSTRAINT "translation_tasks_source_text_range" CHECK(octet_length("translation_tasks"."source_text") <= 1048576),
	CONSTRAINT "translation_tasks_target_text_range" CHECK(octet_length("translation_tasks"."target_text") <= 1048576),
	CONSTRAINT "translation_tasks_context_range" CHECK(octet_length("translation_tasks"."context") <= 1048576),
	CONSTRAINT "translation_tasks_status_range" CHECK(length("translation_tasks"."status") <= 20),
	CONSTRAINT "translation_tasks_confidence_range" CHECK("translation_tasks"."confidence" between 0 and 1),
	CONSTRAINT "translation_tasks_error_message_range" CHECK(octet_length("translation_tasks"."error_message") <= 1048576),
	CONSTRAINT "translation_tasks_retry_count_range" CHECK("translation_tasks"."retry_count" between 0 and 2147483647),
	CONSTRAINT "translation_tasks_duration_ms_range" CHECK("translation_tasks"."duration_ms" between 0 and 2147483647)
);
--> statement-breakpoint
CREATE INDEX `translation_tasks_by_created_at` ON `translation_tasks` (`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_updated_at` ON `translation_tasks` (`updated_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_row_index` ON `translation_tasks` (`row_index`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status_created_at` ON `translation_tasks` (`status`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status` ON `translation_tasks` (`status`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_created_at` ON `translation_tasks` (`session_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_status_created_at` ON `translation_tasks` (`session_id`,`status`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_batch_id_created_at` ON `translation_tasks` (`batch_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_sheet_name_created_at` ON `translation_tasks` (`sheet_name`,`created_at`,`task_id`);