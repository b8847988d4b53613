import { needWords } from '../../../app/announcing/need-words.js';
import { countText } from '../../../core/amount-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import type { AnnounceResult } from '../../../renter/upkeep/announce.js';
import type { Need } from '../../../renter/upkeep/needs.js';

/** What is needed of a person, for people. */
export const needLines = (needs: readonly Need[]): readonly string[] =>
  needs.flatMap((need) => {
    const { text, remedy } = needWords(need);
    return [`Needed of you: ${text}`, `  → ${remedy}`];
  });

/** The same for programs. */
export const needJson = (need: Need): Readonly<Record<string, unknown>> => ({ ...need, ...needWords(need) });

/** Who was told. */
export const announcingLines = ({ told, failed }: AnnounceResult): readonly string[] => {
  const channels = [...new Set(told.map(({ channel }) => channel))];
  return [
    ...channels.map((channel) => `Told ${countText(told.filter((one) => one.channel === channel).length, 'need')} by ${channel}.`),
    ...failed.flatMap(({ channel, error }) => {
      const { message, remedy } = asCoded(error);
      return [`Nobody was told by ${channel}: ${message}`, `  → ${remedy}`];
    }),
  ];
};
