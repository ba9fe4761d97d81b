ALTER TABLE `translation_sessions`
	ADD `carried_fields` int NOT NULL DEFAULT 0,
	CHANGE `game_info_version` `game_info_older_version` bigint,
	CHANGE `metadata_version` `metadata_older_version` bigint,
	CHANGE `processing_tasks_version` `processing_tasks_older_version` bigint;--> statement-breakpoint
ALTER TABLE `translation_tasks`
	ADD `carried_fields` int NOT NULL DEFAULT 0,
	CHANGE `target_text_version` `target_text_older_version` bigint,
	CHANGE `context_version` `context_older_version` bigint,
	CHANGE `confidence_version` `confidence_older_version` bigint,
	CHANGE `error_message_version` `error_message_older_version` bigint,
	CHANGE `retry_count_version` `retry_count_older_version` bigint,
	CHANGE `start_time_version` `start_time_older_version` bigint,
	CHANGE `end_time_version` `end_time_older_version` bigint,
	CHANGE `duration_ms_version` `duration_ms_older_version` bigint;