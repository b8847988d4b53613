import { asCoded } from '../../core/errors/coded.js';
import type { Renter } from '../../renter/renter.js';
import type { RefreshedShares } from '../../renter/sharing/share.js';
import { countText } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';

const AGAIN = '"holdfast shares --refresh" tries it again';

/** What a person should know of shares that were brought up to what is stored; nothing where all is as it should be. */
export const refreshedLines = ({ standing, ended, failed }: RefreshedShares): readonly string[] => [
  ...ended.map(({ name }) => `Sharing "${nameText(name)}" is over: its time is, or nothing of it is stored any more.`),
  ...standing
    .filter(({ held, deals }) => held < deals)
    .map(
      ({ share, held, deals }) =>
        `What the links of "${nameText(share.name)}" need lies in ${held} of ${countText(deals, 'deal')}: ${AGAIN}.`,
    ),
  ...failed.map(
    ({ share, error }) => `What the links of "${nameText(share.name)}" need is not as it should be: ${error.code}: ${error.message}`,
  ),
];

/** Brings shares up to what was stored or moved by a command that did something else: what is wrong with them is told, and fails nothing. */
export const keepShares = async (renter: Pick<Renter, 'refreshShares'>, signal: AbortSignal): Promise<readonly string[]> => {
  try {
    return refreshedLines(await renter.refreshShares({ signal }));
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = asCoded(error);
    return [`What is shared is as it was before: ${code}: ${message}; ${AGAIN}.`];
  }
};
