/** Where `anchor` begins in `text`. Throws an Error that says how often it occurs, unless that is once. */
export const placeOf = (text: string, anchor: string): number => {
  const found = text.split(anchor).length - 1;
  if (found !== 1) throw new Error(`its anchor occurs ${found} times`);
  return text.indexOf(anchor);
};

/** `text` with `replacement` in the place of `anchor`, which occurs once. */
export const replaceOnce = (text: string, anchor: string, replacement: string): string => {
  const from = placeOf(text, anchor);
  return text.slice(0, from) + replacement + text.slice(from + anchor.length);
};
