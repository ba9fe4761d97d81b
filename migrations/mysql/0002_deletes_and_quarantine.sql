CREATE TABLE `instances` (
	`id` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`holds_from` bigint NOT NULL,
	`survives` int NOT NULL,
	`seen_at` datetime(3) NOT NULL,
	CONSTRAINT `instances_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `quarantined_records` (
	`id` varchar(36) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`collection` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`record_key` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`parent_key` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`missing_parent` varchar(64) character set utf8mb4 collate utf8mb4_0900_bin,
	`reason` varchar(500) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`attempts` int NOT NULL,
	`quarantined_at` datetime(3) NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`version` bigint NOT NULL,
	`record_bytes` int NOT NULL,
	`record` mediumtext character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	CONSTRAINT `quarantined_records_id` PRIMARY KEY(`id`),
	CONSTRAINT `quarantined_records_by_record` UNIQUE(`collection`,`record_key`,`parent_key`)
);
--> statement-breakpoint
CREATE TABLE `tombstones` (
	`subject` varchar(208) character set utf8mb4 collate utf8mb4_0900_bin NOT NULL,
	`version` bigint NOT NULL,
	CONSTRAINT `tombstones_subject` PRIMARY KEY(`subject`)
);
--> statement-breakpoint
CREATE INDEX `quarantined_records_by_missing_parent` ON `quarantined_records` (`collection`,`missing_parent`,`id`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_parent` ON `quarantined_records` (`collection`,`parent_key`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_time` ON `quarantined_records` (`quarantined_at`,`id`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_version` ON `quarantined_records` (`version`);--> statement-breakpoint
CREATE INDEX `quarantined_records_by_age` ON `quarantined_records` (`created_at`);--> statement-breakpoint
CREATE INDEX `tombstones_by_version` ON `tombstones` (`version`);