import { countText, showTokens, tokensNeeded, tokensThere } from '../amount-text.js';
import { row } from './row.js';

/** What a renter meets on the way. Reasons name each provider and how it failed. */
export const renterErrors = {
  PROVIDERS_TOO_FEW: row<{ needed: number; found: number; reasons: string }>(
    (d) =>
      `${countText(d.needed, 'provider')} ${d.needed === 1 ? 'is' : 'are'} needed and ${d.found} can take the data${d.reasons === '' ? '' : ` (${d.reasons})`}`,
    'Wait for more providers, allow a higher price, or store with a smaller n.',
  ),
  PRICE_ABOVE_LIMIT: row<{ asked: bigint; limit: bigint; needed: number }>(
    (d) =>
      `the cheapest ${d.needed} providers ask up to ${tokensNeeded(d.asked)} per GiB and month, and the limit is ${tokensThere(d.limit)}`,
    'Allow a higher price, or store with a smaller n.',
  ),
  PERIODS_TOO_FEW: row<{ periods: number; min: number }>(
    (d) => `a deal of ${d.periods} periods is too short: at least ${d.min} are needed`,
    'Ask for more periods.',
  ),
  BALANCE_TOO_SMALL: row<{ account: string; balance: bigint; needed: bigint }>(
    (d) => `${d.account} has ${tokensThere(d.balance)}, and ${tokensNeeded(d.needed)} are needed`,
    'Send it tokens, or name a smaller amount. New deals need fewer for less data, with less room, or for a shorter time.',
  ),
  WALLET_NEEDED: row<{ what: string; account: string }>(
    (d) => `${d.what} is for the wallet whose deals these are, and ${d.account} is another account`,
    'Do it with the wallet: "holdfast renter run --once --wallet" does all that is due.',
  ),
  BUDGET_TOO_SMALL: row<{ needed: bigint; left: bigint }>(
    (d) => `this takes ${tokensNeeded(d.needed)}, and the budget of 30 days has ${tokensThere(d.left)} left`,
    'Give a greater --budget, or do it by hand: "holdfast repair".',
  ),
  ASK_ROSE: row<{ provider: string; quoted: bigint; asked: bigint }>(
    (d) => `${d.provider} raised what it asks from ${tokensThere(d.quoted)} to ${tokensNeeded(d.asked)} after it was quoted`,
    'Run the same command again: it is quoted anew. Nothing was paid.',
  ),
  DEAL_NOT_OPENED: row<{ deal: string; provider: string }>(
    (d) => `deal ${d.deal} with ${d.provider} was opened and paid for, and the chain does not have it yet`,
    'Run the same command again: it takes the deal over once the chain has it, and pays nothing twice. If it comes back, ask another RPC.',
  ),
  QUOTE_DECLINED: row<{ escrow: bigint }>((d) => `the escrow of ${showTokens(d.escrow)} was not agreed to`, 'Nothing was paid.'),
  SOURCE_CHANGED: row<{ name: string }>((d) => `"${d.name}" changed while it was read`, 'Store it again when nobody writes to it.'),
  OBJECT_MISSING: row<{ name: string }>((d) => `the catalogue has no object "${d.name}"`, 'List what is there with `holdfast ls`.'),
  OBJECT_NOT_STORED: row<{ name: string }>(
    (d) => `"${d.name}" was never stored completely`,
    'Run the same `put` again: it goes on where it stopped.',
  ),
  RANGE_BEYOND_END: row<{ name: string; bytes: number; start: number; end: number }>(
    (d) => `"${d.name}" has ${d.bytes} bytes: there is no range from byte ${d.start} up to byte ${d.end}`,
    'Bytes are counted from 0; "holdfast ls" shows how many a file has.',
  ),
  RANGE_OF_FOLDER: row<{ name: string }>(
    (d) => `a range is of one file, and "${d.name}" is more than that`,
    'Name one file, as "holdfast ls" shows it.',
  ),
  OBJECT_UNAVAILABLE: row<{ name: string; slab: number; present: number; needed: number; reasons: string }>(
    (d) => `slab ${d.slab} of "${d.name}" has ${d.present} of the ${d.needed} shards it needs within reach (${d.reasons})`,
    'Try again when more of its providers answer; "holdfast renter run --once" makes anew what they say that they lost.',
  ),
  OBJECT_LOST: row<{ name: string; left: number; needed: number }>(
    (d) => `"${d.name}" cannot be read back: its deals have to keep ${d.left} of the ${d.needed} shards it needs, the others have ended`,
    'Store the file again, if you have it elsewhere: no provider has to keep enough of it any more.',
  ),
  OBJECT_CORRUPT: row<{ name: string; expected: string; found: string }>(
    (d) => `"${d.name}" came back with SHA-256 ${d.found}, not ${d.expected}`,
    'Nothing was written. Check that the catalogue belongs to this wallet.',
  ),
  COMMIT_MISSING: row<{ deal: string; number: bigint }>(
    (d) => `the provider never posted revision ${d.number} of deal ${d.deal}`,
    'Its shards go to another provider.',
  ),
  CATALOGUE_BEHIND: row<{ deal: string; known: bigint; chain: bigint }>(
    (d) => `the chain holds revision ${d.chain} of deal ${d.deal}, and the catalogue knows it up to ${d.known}`,
    'Reach its provider to learn what it stores, or use the newest catalogue.',
  ),
  EGRESS_UNFUNDED: row<{ deal: string; needed: bigint; available: bigint; missing: bigint }>(
    (d) =>
      `reading needs vouchers of ${tokensNeeded(d.needed)} in deal ${d.deal}, and rent leaves ${tokensThere(d.available)} of its escrow for them, paid ones included`,
    'Deposit what is missing with `holdfast deals deposit DEAL TOKENS --reads`, then read again.',
  ),
  READS_UNFUNDED: row<{ missing: bigint; deals: readonly { readonly deal: string; readonly missing: bigint }[]; command: string }>(
    (d) => `reading needs ${tokensNeeded(d.missing)} more than rent leaves for vouchers; this adds it: ${d.command}`,
    'Run that command, then the same as now again: nothing that is there already is read twice.',
  ),
  EGRESS_ENDED: row<{ deal: string; reason: string }>(
    (d) => `vouchers of deal ${d.deal} pay for nothing more: ${d.reason}`,
    'Read before a deal ends, or read the other shards, which is done by itself.',
  ),
  EGRESS_ABOVE_LIMIT: row<{ needed: bigint; limit: bigint }>(
    (d) => `reading costs ${tokensNeeded(d.needed)}, and the limit is ${tokensThere(d.limit)}`,
    'Allow more with `--max-egress`, or leave it out: then the escrow is the limit.',
  ),
  EGRESS_OVERCHARGED: row<{ deal: string; claimed: number; paid: number; tolerated: number }>(
    (d) =>
      `the provider of deal ${d.deal} says that it served ${d.claimed} bytes; ${d.paid} are paid for, and at most ${d.tolerated} more are believed`,
    'Nothing more is paid to it; other shards are read instead.',
  ),
  EGRESS_UNSERVED: row<{ deal: string; lost: number; limit: number }>(
    (d) => `${d.lost} bytes of deal ${d.deal} were paid for and did not come, and ${d.limit} are the most to be lost`,
    'Nothing more is paid to this provider in this run; other shards are read instead.',
  ),
  LISTING_EMPTY: row<{ deal: string }>(
    (d) => `nothing was ever signed for deal ${d.deal}`,
    'There is nothing to list: its provider owes nothing yet.',
  ),
  RECOVERY_KEYS_DIFFER: row<{ account: string; deals: number }>(
    (d) =>
      `the wallet ${d.account} signs otherwise than when its ${d.deals} deals were opened: none of them names the session key that its signature gives now`,
    'Nothing was changed. Use the wallet program that the files were stored with, or the keys of its session ("holdfast renter purse") if they are left.',
  ),
  RECOVERY_REFUSED: row<{ objects: number; example: string }>(
    (d) => `the catalogue of this home has ${d.objects} objects that the deals do not tell of, such as "${d.example}"`,
    'Nothing was changed. With --merge they stay, and what is missing comes to them; or recover into an empty --home.',
  ),
  DEAL_OF_ANOTHER: row<{ deal: string }>((d) => `deal ${d.deal} is not in this catalogue`, 'Use the catalogue that opened it.'),
} as const;
