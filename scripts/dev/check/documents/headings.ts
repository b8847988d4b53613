const HEADING = /^#{1,6} (.+)$/gm;

/** The anchor that GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** Whether a page has a heading with this anchor. */
export const hasHeading = (page: string, anchor: string): boolean =>
  [...page.matchAll(HEADING)].some(([, heading = '']) => anchorOf(heading) === anchor);
