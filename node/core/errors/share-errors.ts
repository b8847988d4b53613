import { countText, tokensNeeded } from '../amount-text.js';
import { row } from './row.js';

/** Links, and what they lead to. */
export const shareErrors = {
  LINK_DAMAGED: row<{ reason: string }>(
    (d) => `this is no whole link: ${d.reason}`,
    'Copy it again, all of it, on one line. One character less or another one makes it useless.',
  ),
  LINK_NEWER: row<{ version: number }>(
    (d) => `the link is of version ${d.version}, which this program does not know`,
    'Install a newer version of Holdfast, or ask whoever sent it for a link of yours.',
  ),
  LINK_FOREIGN: row<{ field: string; expected: string; found: string }>(
    (d) => `the link is of ${d.field} ${d.found}, and this is ${d.expected}`,
    'Name the network of the link: --network, --rpc or --book.',
  ),
  LINK_VERIFIES_ONLY: row<object>(
    () => 'this link shows that something is held and where, and does not open it',
    'Look at it with "holdfast info", or ask its owner for a link that reads.',
  ),
  SHARE_ENDED: row<{ until: number; now: number }>(
    (d) => `the link counted through period ${d.until}, and it is period ${d.now}`,
    'Ask its owner for another one.',
  ),
  SHARE_NOT_FOUND: row<{ owner: string; asked: number; silent: number }>(
    (d) =>
      `nothing of this link lies in the deals of ${d.owner}: ${countText(d.asked, 'deal')} of it ${d.asked === 1 ? 'was' : 'were'} looked through, and ${d.silent} could not be`,
    'What was shared was deleted, or its owner has ended the share; where deals could not be looked through, try again later.',
  ),
  LISTING_UNPROVEN: row<{ deal: string; reason: string }>(
    (d) => `the list of what deal ${d.deal} has is not to be trusted: ${d.reason}`,
    'Others of its deals may do. If it stays so, its provider lies, or has lost its journal.',
  ),
  SHARE_DAMAGED: row<{ reason: string }>(
    (d) => `what the link leads to is not what this program understands: ${d.reason}`,
    'Ask its owner to share it again.',
  ),
  SHARE_READ_PRICED: row<{ price: bigint; deals: number }>(
    (d) =>
      `reading has a price at ${countText(d.deals, 'provider')} that this needs: from ${tokensNeeded(d.price)} per GiB, which only whoever has the deals can pay`,
    'Ask its owner to store it where reading is free ("--max-egress-price 0") and to share it again. Nothing was paid.',
  ),
  SHARE_TOO_LARGE: row<{ name: string; bytes: number; most: number }>(
    (d) => `the list of what "${d.name}" has takes ${d.bytes} bytes, and at most ${d.most} can be kept for a share`,
    'Share its folders one by one.',
  ),
  SHARE_NOT_PLACED: row<{ name: string; reasons: string }>(
    (d) => `no deal took the list of what "${d.name}" has${d.reasons === '' ? '' : ` (${d.reasons})`}`,
    'Run it again when its providers answer; where their deals are full, store it again with more --room.',
  ),
  SHARE_MISSING: row<{ share: string }>((d) => `there is no share "${d.share}"`, 'List them with "holdfast shares".'),
} as const;
