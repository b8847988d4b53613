/** Key of tasks that sign revisions or forget them: one at a time. Taken before the key of a root, never after. */
export const JOURNAL_LOCK = 'journal';
