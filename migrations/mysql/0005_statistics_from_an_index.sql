ALTER TABLE `translation_tasks`
	DROP INDEX `translation_tasks_by_status`,
	ADD INDEX `translation_tasks_by_status_with_sums` (`status`,`task_id`,`duration_ms`,`confidence`,`retry_count`);
