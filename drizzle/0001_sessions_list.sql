ALTER TABLE `session` ADD `browser` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `session` ADD `last_used_at` integer DEFAULT 0 NOT NULL;