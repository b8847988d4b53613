import { tokensNeeded, tokensThere } from '../amount-text.js';
import { row } from './row.js';

/** What a provider refuses or reports. */
export const providerErrors = {
  AUTHORIZATION_INVALID: row<{ deal: string; reason: string }>(
    (d) => `the authorization for deal ${d.deal} does not count: ${d.reason}`,
    "Sign it with the deal's session key, for the peer that is connected.",
  ),
  AUTHORIZATION_EXPIRED: row<{ deal: string; expires: number; period: number }>(
    (d) => `the authorization for deal ${d.deal} ended with period ${d.expires}, and this is period ${d.period}`,
    'Sign a new one.',
  ),
  DEAL_ELSEWHERE: row<{ deal: string; provider: string }>(
    (d) => `deal ${d.deal} is with provider ${d.provider}, not with this one`,
    'Ask the provider that the deal names.',
  ),
  PROVIDER_FULL: row<{ needed: number; free: number }>(
    (d) => `the provider has room for ${d.free} more leaves, and ${d.needed} are needed`,
    'Choose another provider.',
  ),
  DEALS_FULL: row<{ deals: number; limit: number }>(
    (d) => `the provider keeps data of ${d.deals} deals, and takes no more than ${d.limit}: so many it could answer for at once`,
    'Choose another provider, or put the data into a deal that holds some already.',
  ),
  PENDING_FULL: row<{ deal: string; pending: number; limit: number }>(
    (d) => `deal ${d.deal} would have ${d.pending} leaves waiting for a revision, and ${d.limit} are allowed`,
    'Have a revision signed over what is there before sending more.',
  ),
  SECTOR_ROOT_MISMATCH: row<{ expected: string; computed: string }>(
    (d) => `the bytes sent have root ${d.computed}, not ${d.expected}`,
    'Send the sector again; if it happens twice, look at the disk or the network.',
  ),
  SECTOR_NOT_HELD: row<{ deal: string; root: string }>(
    (d) => `the provider does not hold sector ${d.root} for deal ${d.deal}`,
    'Send the sector first, or read it from where it lies.',
  ),
  SECTOR_ROTTEN: row<{ root: string; found: string }>(
    (d) => `what the disk keeps as sector ${d.root} has root ${d.found}`,
    'The disk lost data: look at it, restore the file, or forfeit the deals that name the sector.',
  ),
  RANGE_OUTSIDE: row<{ from: number; count: number; leaves: number }>(
    (d) => `leaves ${d.from} to ${d.from + d.count - 1} are not in a sector of ${d.leaves}`,
    'Ask for leaves that the sector has.',
  ),
  REVISION_BASE_UNKNOWN: row<{ deal: string; base: bigint; newest: bigint }>(
    (d) => `the change of deal ${d.deal} starts from revision ${d.base}, and the newest is ${d.newest}`,
    'Fetch the newest revision from the provider and build on that one.',
  ),
  REVISION_DISAGREES: row<{ field: string; ours: string; theirs: string }>(
    (d) => `the revision says ${d.field} is ${d.theirs}, and the change makes it ${d.ours}`,
    'Compute the revision from the same change that is sent.',
  ),
  REVISION_TOO_SMALL: row<{ leaves: number; min: number }>(
    (d) => `the provider co-signs no revision of ${d.leaves} leaves, only from ${d.min} on`,
    'Store more in one deal, or choose another provider.',
  ),
  REVISION_UNDERPAID: row<{ price: bigint; min: bigint }>(
    (d) => `the revision pays ${tokensThere(d.price)} per GiB-period, and the provider wants ${tokensNeeded(d.min)}`,
    'Use the price of the deal; to extend a deal at a price above that, open another.',
  ),
  REVISIONS_UNPOSTED: row<{ deal: string; count: number; limit: number }>(
    (d) => `${d.count} signed revisions of deal ${d.deal} are not yet final on chain, and ${d.limit} are allowed`,
    'Wait until they are, then ask again.',
  ),
  JOURNAL_BEHIND: row<{ deal: string; number: bigint; newest: bigint }>(
    (d) => `revision ${d.number} of deal ${d.deal} was signed, and the journal knows only ${d.newest}`,
    'The provider\'s journal lost rows, or is not the one that signed: "holdfast provider check" says what is missing, and repairs what it can; or forfeit the deal.',
  ),
  LISTING_INVALID: row<{ path: string; problem: string }>(
    (d) => `the listing in ${d.path} cannot be used: ${d.problem}`,
    'Have the renter write it again: the signed revision with both signatures, and its sectors in order.',
  ),
  EGRESS_UNPAID: row<{ deal: string; served: number; bytes: number; needed: bigint; amount: bigint }>(
    (d) =>
      `${d.served} bytes of deal ${d.deal} were served and ${d.bytes} more are asked for, which needs a voucher over ${tokensNeeded(d.needed)}, not ${tokensThere(d.amount)}`,
    "Send a voucher over the amount, signed by the deal's signer.",
  ),
  OPERATOR_REPLACED: row<{ operator: string; signer: string }>(
    (d) => `the registry names ${d.operator} as operator, and this daemon signs as ${d.signer}`,
    'Give the daemon the key of the operator, or name its key in the registry.',
  ),
  SIGNING_PAUSED: row<{ from: number }>(
    (d) => `the provider co-signs nothing before period ${d.from}: somebody else may sign with its keys`,
    'Try again then, or choose another provider.',
  ),
} as const;
