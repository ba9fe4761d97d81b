CREATE TABLE `translation_sessions` (
	`session_id` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`filename` varchar(255) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`file_path` varchar(512) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`status` varchar(20) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`game_info` mediumtext character set utf8mb4 collate utf8mb4_0900_bin,
	`llm_provider` varchar(50) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`metadata` mediumtext character set utf8mb4 collate utf8mb4_0900_bin,
	`total_tasks` int NOT NULL DEFAULT 0,
	`completed_tasks` int NOT NULL DEFAULT 0,
	`failed_tasks` int NOT NULL DEFAULT 0,
	`processing_tasks` int NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	`version` bigint NOT NULL,
	`game_info_version` bigint NOT NULL DEFAULT 0,
	`metadata_version` bigint NOT NULL DEFAULT 0,
	`processing_tasks_version` bigint NOT NULL DEFAULT 0,
	CONSTRAINT `translation_sessions_session_id` PRIMARY KEY(`session_id`),
	CONSTRAINT `translation_sessions_game_info_range` CHECK(octet_length(`translation_sessions`.`game_info`) <= 1048576),
	CONSTRAINT `translation_sessions_metadata_range` CHECK(octet_length(`translation_sessions`.`metadata`) <= 1048576),
	CONSTRAINT `translation_sessions_total_tasks_range` CHECK(`translation_sessions`.`total_tasks` between 0 and 2147483647),
	CONSTRAINT `translation_sessions_completed_tasks_range` CHECK(`translation_sessions`.`completed_tasks` between 0 and 2147483647),
	CONSTRAINT `translation_sessions_failed_tasks_range` CHECK(`translation_sessions`.`failed_tasks` between 0 and 2147483647),
	CONSTRAINT `translation_sessions_processing_tasks_range` CHECK(`translation_sessions`.`processing_tasks` between 0 and 2147483647)
);
--> statement-breakpoint
CREATE TABLE `translation_tasks` (
	`task_id` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`session_id` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`batch_id` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`sheet_name` varchar(255) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`row_index` int NOT NULL,
	`column_name` varchar(255) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`source_text` mediumtext character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`target_text` mediumtext character set utf8mb4 collate utf8mb4_0900_bin,
	`context` mediumtext character set utf8mb4 collate utf8mb4_0900_bin,
	`status` varchar(20) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`confidence` decimal(5,4),
	`error_message` mediumtext character set utf8mb4 collate utf8mb4_0900_bin,
	`retry_count` int NOT NULL DEFAULT 0,
	`start_time` datetime(3),
	`end_time` datetime(3),
	`duration_ms` int,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	`version` bigint NOT NULL,
	`target_text_version` bigint NOT NULL DEFAULT 0,
	`context_version` bigint NOT NULL DEFAULT 0,
	`confidence_version` bigint NOT NULL DEFAULT 0,
	`error_message_version` bigint NOT NULL DEFAULT 0,
	`retry_count_version` bigint NOT NULL DEFAULT 0,
	`start_time_version` bigint NOT NULL DEFAULT 0,
	`end_time_version` bigint NOT NULL DEFAULT 0,
	`duration_ms_version` bigint NOT NULL DEFAULT 0,
	CONSTRAINT `translation_tasks_task_id` PRIMARY KEY(`task_id`),
	CONSTRAINT `translation_tasks_row_index_range` CHECK(`translation_tasks`.`row_index` between 0 and 2147483647),
	CONSTRAINT `translation_tasks_source_text_range` CHECK(octet_length(`translation_tasks`.`source_text`) <= 1048576),
	CONSTRAINT `translation_tasks_target_text_range` CHECK(octet_length(`translation_tasks`.`target_text`) <= 1048576),
	CONSTRAINT `translation_tasks_context_range` CHECK(octet_length(`translation_tasks`.`context`) <= 1048576),
	CONSTRAINT `translation_tasks_confidence_range` CHECK(`translation_tasks`.`confidence` between 0 and 1),
	CONSTRAINT `translation_tasks_error_message_range` CHECK(octet_length(`translation_tasks`.`error_message`) <= 1048576),
	CONSTRAINT `translation_tasks_retry_count_range` CHECK(`translation_tasks`.`retry_count` between 0 and 2147483647),
	CONSTRAINT `translation_tasks_duration_ms_range` CHECK(`translation_tasks`.`duration_ms` between 0 and 2147483647)
);
--> statement-breakpoint
ALTER TABLE `translation_tasks` ADD CONSTRAINT `translation_tasks_belongs_to_session` FOREIGN KEY (`session_id`) REFERENCES `translation_sessions`(`session_id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `translation_sessions_by_created_at` ON `translation_sessions` (`created_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_updated_at` ON `translation_sessions` (`updated_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_filename` ON `translation_sessions` (`filename`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status_created_at` ON `translation_sessions` (`status`,`created_at`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_sessions_by_status` ON `translation_sessions` (`status`,`session_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_created_at` ON `translation_tasks` (`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_updated_at` ON `translation_tasks` (`updated_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_row_index` ON `translation_tasks` (`row_index`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status_created_at` ON `translation_tasks` (`status`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_status` ON `translation_tasks` (`status`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_created_at` ON `translation_tasks` (`session_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_session_id_status_created_at` ON `translation_tasks` (`session_id`,`status`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_batch_id_created_at` ON `translation_tasks` (`batch_id`,`created_at`,`task_id`);--> statement-breakpoint
CREATE INDEX `translation_tasks_by_sheet_name_created_at` ON `translation_tasks` (`sheet_name`,`created_at`,`task_id`);