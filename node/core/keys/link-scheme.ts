/** What every link begins with. */
export const LINK_SCHEME = 'holdfast:';

/** Whether a word of a command is a link, whole or not, and no name. */
export const isLink = (word: string): boolean => word.startsWith(LINK_SCHEME);
