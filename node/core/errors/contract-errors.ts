import { showTokens, tokensNeeded, tokensThere } from '../amount-text.js';
import { row } from './row.js';

/** What the contracts refuse: the code is the Solidity error's name, the data its arguments (integers as bigint). */
export const contractErrors = {
  NO_FAUCET: row<object>(() => 'this token has no faucet', 'Get tokens from somebody who has some: only test networks have a faucet.'),
  FAUCET_TOO_SOON: row<{ account: string; last: bigint; next: bigint }>(
    (d) => `${d.account} drew from the faucet in block ${d.last}, and can again from block ${d.next} on`,
    'Wait for that block, then draw again.',
  ),
  WRONG_PERIOD: row<{ period: bigint; current: bigint }>(
    (d) => `a proof for period ${d.period} came in period ${d.current}`,
    'A proof counts in its own period only: this one came too late or the chain was reorganized.',
  ),
  OUTSIDE_WINDOW: row<{ offset: bigint; window: bigint }>(
    (d) => `a proof came ${d.offset} blocks into the period, and the window is 1…${d.window - 1n}`,
    'Nothing more can be done in this period; the next one can be proven again.',
  ),
  DEAL_EXISTS: row<{ deal: string }>((d) => `deal ${d.deal} exists already`, 'Use another salt, or go on with the deal that is there.'),
  DEAL_UNKNOWN: row<{ deal: string }>((d) => `there is no deal ${d.deal}`, 'Check the id and the network.'),
  DEAL_IS_CLOSED: row<{ deal: string }>(
    (d) => `deal ${d.deal} is closed`,
    'Nothing is left to be done with it: what came back of it is credit of its parties. To store more, open another deal.',
  ),
  DEAL_ENDED: row<{ deal: string; period: bigint; end: bigint }>(
    (d) => `deal ${d.deal} ended with period ${d.end - 1n}, and this is period ${d.period}`,
    'No revision revives it: close it and open another deal.',
  ),
  DEAL_NOT_EMPTY: row<{ deal: string; leaves: bigint }>(
    (d) => `deal ${d.deal} still stores ${d.leaves} leaves`,
    'Empty it first with the consent of its provider ("holdfast deals cancel"), or leave it with notice ("holdfast deals leave").',
  ),
  DEAL_IS_EMPTY: row<{ deal: string }>((d) => `deal ${d.deal} stores nothing`, 'Cancel it instead.'),
  DEAL_DEFAULTED: row<{ deal: string }>(
    (d) => `the provider of deal ${d.deal} defaulted`,
    'Close the deal to take the collateral and the unspent escrow, and store the data elsewhere.',
  ),
  PRICE_TOO_HIGH: row<{ asked: bigint; max: bigint }>(
    (d) => `the provider asks ${tokensNeeded(d.asked)} per GiB, and at most ${tokensThere(d.max)} is allowed`,
    'Allow a higher price or choose another provider.',
  ),
  OUT_OF_BOUNDS: row<{ name: string; value: bigint; min: bigint; max: bigint }>(
    (d) => `${d.name} is ${d.value}, outside ${d.min}…${d.max}`,
    'Choose a value inside the bounds.',
  ),
  NOT_PARTY: row<{ deal: string; caller: string }>(
    (d) => `${d.caller} may not do this to deal ${d.deal}`,
    'Use the wallet of the party that may.',
  ),
  ZERO_SIGNER: row<object>(() => 'the signer of a deal cannot be the zero address', 'Name the address of a key you hold.'),
  SIGNER_CHANGE_TOO_SOON: row<{ since: bigint; next: bigint }>(
    (d) => `the signer was changed in period ${d.since}; the next change is possible from period ${d.next} on`,
    'Wait until then.',
  ),
  FROZEN: row<{ provider: string; period: bigint }>(
    (d) => `provider ${d.provider} has not yet proven period ${d.period}`,
    'Wait until it has proven or its window is over.',
  ),
  STALE_REVISION: row<{ number: bigint; current: bigint }>(
    (d) => `revision ${d.number} is not newer than revision ${d.current} on chain`,
    'Build the next revision on the one that is on chain.',
  ),
  BAD_SIGNATURE: row<{ side: string; expected: string; recovered: string }>(
    (d) => `the ${d.side}'s signature is by ${d.recovered}, not by ${d.expected}`,
    'Sign with the key that the deal or the registry names.',
  ),
  ESCROW_TOO_SMALL: row<{ escrow: bigint; needed: bigint }>(
    (d) => `the escrow of ${tokensThere(d.escrow)} does not cover ${tokensNeeded(d.needed)} of rent`,
    'Deposit more ("holdfast deals deposit"), store less, or choose an earlier end.',
  ),
  STAKE_TOO_SMALL: row<{ stake: bigint; needed: bigint }>(
    (d) => `the provider's stake of ${tokensThere(d.stake)} does not cover ${tokensNeeded(d.needed)} of collateral`,
    'The provider must add stake ("holdfast provider stake"); a renter can choose another provider.',
  ),
  LOCK_LIMIT_PASSED: row<{ provider: string; locked: bigint; limit: bigint }>(
    (d) =>
      `the owner of provider ${d.provider} lets ${tokensThere(d.limit)} of stake be locked, and this would lock ${tokensNeeded(d.locked)}`,
    'The owner can raise the lock limit ("holdfast provider limit"); a renter can choose another provider.',
  ),
  NOT_PROVEN: row<{ provider: string; period: bigint }>(
    (d) => `provider ${d.provider} has not proven period ${d.period}, so it can take no more data in it`,
    'Wait for the next period, or choose another provider.',
  ),
  WEIGHT_OVERFLOW: row<{ total: bigint; added: bigint }>(
    (d) => `a provider's total weight of ${d.total} cannot grow by ${d.added}`,
    'Choose another provider.',
  ),
  TOO_EARLY_TO_CLOSE: row<{ period: bigint; from: bigint }>(
    (d) => `the deal is still open: it can be ended from period ${d.from} on, and this is period ${d.period}`,
    'Wait until then: so long its provider has data to prove, or vouchers to redeem. "holdfast deals" says about how long that is.',
  ),
  DEAL_CHALLENGED: row<{ deal: string }>(
    (d) => `a challenge of deal ${d.deal} is open`,
    'Wait until it is answered or has expired, at the end of the next window at the latest.',
  ),
  NOT_CHALLENGED: row<{ deal: string }>((d) => `no challenge of deal ${d.deal} is open`, 'Nothing is to be answered or to expire.'),
  TOO_LATE_TO_CHALLENGE: row<{ period: bigint; end: bigint }>(
    (d) => `the deal ends with period ${d.end - 1n}, and this is period ${d.period}: no window is left to answer in`,
    'Fetch the data, or renew the deal first.',
  ),
  TOO_EARLY_TO_EXPIRE: row<{ block_: bigint; from: bigint }>(
    (d) => `the challenge can be answered until block ${d.from}, and this is block ${d.block_}`,
    'Try again from that block on.',
  ),
  BAD_VOUCHER: row<{ deal: string; recovered: string }>(
    (d) => `the voucher for deal ${d.deal} is signed by ${d.recovered}, who is not its signer`,
    'Ask the renter for a voucher by its present signer.',
  ),
  NOTHING_TO_REDEEM: row<{ amount: bigint; redeemed: bigint; available: bigint }>(
    (d) =>
      `of a voucher over ${showTokens(d.amount)} ${showTokens(d.redeemed)} are paid, and rent and the bound of vouchers leave ${tokensThere(d.available)} of escrow`,
    'Redeem a newer voucher, or ask the renter to deposit or to raise the bound.',
  ),
  PERMIT_REFUSED: row<{ amount: bigint; allowance: bigint }>(
    (d) => `the token refused the permit: the vault may take ${tokensThere(d.allowance)}, not ${tokensNeeded(d.amount)}`,
    'Sign a permit with the present nonce and a later deadline, or approve the amount.',
  ),
  EPOCH_NOT_OVER: row<{ epoch: bigint; current: bigint }>(
    (d) => `epoch ${d.epoch} is not over: this is epoch ${d.current}`,
    'Claim once it is over.',
  ),
  NOT_POOL: row<{ caller: string }>((d) => `${d.caller} is not the reward pool`, 'Claim through the reward pool.'),
  POOL_NOT_BOUND: row<{ pool: string; market: string }>(
    (d) => `reward pool ${d.pool} shares the fees of ${d.market}, another market`,
    'Deploy pool and market together.',
  ),
  REGISTRY_NOT_BOUND: row<{ registry: string; market: string }>(
    (d) => `registry ${d.registry} tells ${d.market}, another market, of lock limits`,
    'Deploy registry and market together.',
  ),
  BODY_NOT_BOUND: row<{ body: string; expected: string; actual: string }>(
    (d) => `the code at ${d.body} was made for terms ${d.actual}, not ${d.expected}`,
    'Deploy the body of verbs with the market, for the same addresses and parameters.',
  ),
  BODY_NOT_EXPECTED: row<{ body: string; expected: string; actual: string }>(
    (d) => `the code at ${d.body} has hash ${d.actual}, not ${d.expected}`,
    'Deploy again: another contract is where the body of verbs was expected.',
  ),
  EPOCH_TOO_FAR: row<{ epoch: bigint; last: bigint }>(
    (d) => `epoch ${d.epoch} is too far ahead: at present epochs up to ${d.last} can be sponsored`,
    'Sponsor a nearer epoch.',
  ),
  EPOCH_OVER: row<{ epoch: bigint; current: bigint }>(
    (d) => `epoch ${d.epoch} is over: this is epoch ${d.current}`,
    'Sponsor the current epoch or a later one.',
  ),
  NOTHING_EARNED: row<{ epoch: bigint; provider: string }>(
    (d) => `provider ${d.provider} paid no fees in epoch ${d.epoch}`,
    'Claim the epochs in which rent was settled.',
  ),
  ALREADY_CLAIMED: row<{ epoch: bigint; provider: string }>(
    (d) => `provider ${d.provider} has claimed its reward of epoch ${d.epoch}`,
    'Leave that epoch out.',
  ),
  EPOCH_EARNED: row<{ epoch: bigint }>(
    (d) => `fees were paid in epoch ${d.epoch}: its sponsorship is theirs who paid them`,
    'A sponsorship comes back only from an epoch without fees.',
  ),
  NOTHING_SPONSORED: row<{ epoch: bigint; sponsor: string }>(
    (d) => `${d.sponsor} has nothing to take back from epoch ${d.epoch}`,
    'Check the epoch and the account.',
  ),
  NOT_BATCHABLE: row<{ selector: string }>((d) => `call ${d.selector} cannot be part of a batch`, 'Send it on its own.'),
  BATCH_GAS_TOO_LOW: row<{ left: bigint; needed: bigint }>(
    (d) => `${d.left} gas is left where the next item needs ${d.needed}`,
    'Send fewer items in one transaction.',
  ),
  SEED_UNAVAILABLE: row<{ period: bigint }>(
    (d) => `the seed of period ${d.period} is not to be had`,
    'Ask again from the second block of the period on, and before its first block is forgotten.',
  ),
  BAD_PARAMETER: row<{ name: string; left: bigint; right: bigint }>(
    (d) => `parameter ${d.name}: ${d.left} is less than ${d.right}`,
    'Choose parameters that fulfil the inequality of this name.',
  ),
  HISTORY_UNPROVEN: row<{ age: bigint }>(
    (d) => `the chain did not return the true hash of the block ${d.age} blocks back`,
    'Choose a window of at most 256 blocks on this chain.',
  ),
  UNSUPPORTED_CHAIN: row<{ chainId: bigint }>(
    (d) => `block numbers or hashes of chain ${d.chainId} mean something else than this market needs`,
    'Deploy on another chain.',
  ),
  UNKNOWN_PROVIDER: row<{ provider: string }>(
    (d) => `${d.provider} never registered as a provider`,
    'Check the address and the network, or register it with "holdfast provider init".',
  ),
  NOT_OWNER: row<{ provider: string; caller: string }>(
    (d) => `${d.caller} is not the owner of provider ${d.provider}`,
    "Use the provider's own wallet.",
  ),
  INSUFFICIENT_FUNDS: row<{ wanted: bigint; available: bigint }>(
    (d) => `${tokensNeeded(d.wanted)} are wanted and ${tokensThere(d.available)} can be taken out`,
    'Take out less, or wait until more is free.',
  ),
  ZERO_RECIPIENT: row<object>(() => 'the recipient cannot be the zero address', 'Name the address to pay to.'),
  ALREADY_REGISTERED: row<{ provider: string }>(
    (d) => `provider ${d.provider} has registered before`,
    'Change its endpoint or its ask instead.',
  ),
  NOT_REGISTERED: row<{ provider: string }>(
    (d) => `${d.provider} is not registered as a provider`,
    'Register it with "holdfast provider init".',
  ),
  NOT_PROVIDER: row<{ provider: string; caller: string }>(
    (d) => `${d.caller} is neither owner nor operator of provider ${d.provider}`,
    "Use the provider's owner or operator key.",
  ),
  BAD_ENDPOINT: row<{ peerIdLength: bigint; addressesLength: bigint }>(
    (d) => `a peer id of ${d.peerIdLength} bytes and addresses of ${d.addressesLength} bytes: 1…64 and 1…512 are allowed`,
    'Announce fewer or shorter addresses.',
  ),
  ZERO_OPERATOR: row<object>(() => 'the operator of a provider cannot be the zero address', 'Name the address of a key you hold.'),
  VAULT_NOT_BOUND: row<{ vault: string; market: string }>(
    (d) => `vault ${d.vault} obeys ${d.market}, another market`,
    'Deploy vault and market together.',
  ),
  TRANSFER_MISMATCH: row<{ expected: bigint; received: bigint }>(
    (d) => `a transfer of ${showTokens(d.expected)} brought ${showTokens(d.received)}`,
    'This token takes a fee on transfers; Holdfast does not work with it.',
  ),
  NOT_MARKET: row<{ caller: string }>((d) => `${d.caller} is not the market that the vault obeys`, 'Go through the market.'),
  ZERO_ADDRESS: row<object>(() => 'an address given to a constructor is zero', 'Check the deployment.'),
  REENTERED: row<object>(() => 'a call came back into the market that it came from', 'Call it directly.'),
  LEAF_OUTSIDE_SECTOR: row<{ leaf: bigint; start: bigint; count: bigint }>(
    (d) => `leaf ${d.leaf} was drawn, and the sector sent holds ${d.count} leaves from ${d.start} on`,
    'Open the sector that holds the drawn leaf.',
  ),
  PROOF_LENGTH: row<{ needed: bigint; length: bigint }>(
    (d) => `a proof of ${d.length} bytes where ${d.needed} are needed`,
    'Build the proof for the data set that is on chain.',
  ),
  SECTOR_COUNT_OUT_OF_RANGE: row<{ count: bigint }>(
    (d) => `a sector of ${d.count} leaves: 1…131072 are allowed`,
    'Open the sector as stored.',
  ),
  SECTOR_INDEX_OUT_OF_RANGE: row<{ index: bigint; sectors: bigint }>(
    (d) => `sector ${d.index} of a deal with ${d.sectors} sectors`,
    'Open a sector of the revision that is on chain.',
  ),
  WRONG_ROOT: row<{ root: string; computed: string }>(
    (d) => `the proof leads to root ${d.computed}, and the deal has ${d.root}`,
    'Build the proof from the sectors of the revision that is on chain.',
  ),
  ERC20_INSUFFICIENT_BALANCE: row<{ sender: string; balance: bigint; needed: bigint }>(
    (d) => `${d.sender} has ${tokensThere(d.balance)}, and ${tokensNeeded(d.needed)} are needed`,
    'Get more tokens, or spend less.',
  ),
  ERC20_INSUFFICIENT_ALLOWANCE: row<{ spender: string; allowance: bigint; needed: bigint }>(
    (d) => `${d.spender} may take ${tokensThere(d.allowance)}, and ${tokensNeeded(d.needed)} are needed`,
    'Approve the amount first.',
  ),
} as const;
