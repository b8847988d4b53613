import { nameText } from '../core/visible-text.js';

/** What is said where nothing is stored under a prefix (`''`: nothing at all), so that a mistyped name is not taken for an empty folder. */
export const nothingStored = (prefix: string): string =>
  prefix === '' ? 'Nothing stored yet: "holdfast put FILE".' : `Nothing stored under "${nameText(prefix)}".`;
