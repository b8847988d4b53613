import type { NamedMutant } from '../named.js';

const ACCOUNTS = 'contracts/market/Accounts.sol';
const CHALLENGES = 'contracts/market/Challenges.sol';
const ENDINGS = 'contracts/market/verbs/Endings.sol';
const LEDGER = 'contracts/market/DealLedger.sol';
const REVISIONS = 'contracts/market/verbs/Revisions.sol';
const STAKES = 'contracts/market/Stakes.sol';

/** What would cost an honest provider or renter something (INV-18), by the attack that would take it. */
export const lossesOfTheHonest: readonly NamedMutant[] = [
  {
    against: 'empty revision that resets price or end',
    breaks: 'an empty revision lowers the price',
    path: REVISIONS,
    anchor: '_within("price", revision.price, deal.price, deal.price);',
    replacement: '_within("price", revision.price, 0, deal.price);',
  },
  {
    against: 'empty revision that resets price or end',
    breaks: 'an empty revision moves the end out',
    path: REVISIONS,
    anchor: '_within("end", revision.end, 0, deal.end);',
    replacement: '_within("end", revision.end, 0, deal.maxEnd);',
  },
  {
    against: 'INV-18',
    breaks: 'an empty revision cannot shorten the end',
    path: REVISIONS,
    anchor: '_within("end", revision.end, 0, deal.end);',
    replacement: '_within("end", revision.end, deal.end, deal.end);',
  },
  {
    against: 'sectors without number',
    breaks: 'every leaf may be a sector of its own',
    path: REVISIONS,
    anchor: 'Math.min(leaves, Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR))',
    replacement: 'leaves',
  },
  {
    against: 'sectors without number',
    breaks: 'a leaf may be named more than once',
    path: REVISIONS,
    anchor: 'Math.min(leaves, Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR))',
    replacement: 'Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR)',
  },
  {
    against: 'INV-18',
    breaks: 'deleting is refused where the sectors are many',
    path: REVISIONS,
    anchor: 'Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR)',
    replacement: 'FREE_SECTORS + leaves / LEAVES_PER_SECTOR',
  },
  {
    against: 'operator key that lends itself the stake',
    breaks: 'locked passes the limit',
    path: LEDGER,
    anchor: '    require(locked <= limit, LockLimitPassed(provider, locked, limit));\n',
    replacement: '',
  },
  {
    against: 'operator key that lends itself the stake',
    breaks: 'a payout leaves the limit as it was',
    path: ENDINGS,
    anchor: '    _misses[deal.provider].lower(collateral);\n',
    replacement: '',
  },
  {
    against: 'operator key that lends itself the stake',
    breaks: 'slashes and defaults leave the limit as it was',
    path: ACCOUNTS,
    anchor: '      _misses[provider].lower(stake - account.stake);\n',
    replacement: '',
  },
  {
    against: 'operator key that lends itself the stake',
    breaks: 'the operator sets the limit',
    path: STAKES,
    anchor: 'msg.sender == provider || msg.sender == address(REGISTRY)',
    replacement: 'msg.sender == provider || msg.sender == REGISTRY.operatorOf(provider) || msg.sender == address(REGISTRY)',
  },
  {
    against: 'operator key that lends itself the stake',
    breaks: 'who registers has no limit',
    path: 'contracts/ProviderRegistry.sol',
    anchor: 'setLockLimit(msg.sender, lockLimit);',
    replacement: 'setLockLimit(msg.sender, type(uint96).max);',
  },
  {
    against: 'INV-18',
    breaks: 'misses of the time before lower the limit that is set now',
    path: STAKES,
    anchor: '    _sync(provider);\n    require(msg.sender == provider',
    replacement: '    require(msg.sender == provider',
  },
  {
    against: 'INV-15',
    breaks: 'with a low limit nothing can be shrunk or closed',
    path: LEDGER,
    anchor: 'if (weight > old) _requireBacked(provider, account, weight - old);',
    replacement: '_requireBacked(provider, account, weight > old ? weight - old : 0);',
  },
  {
    against: 'INV-15',
    breaks: 'a limit lower than the loss makes a sync revert',
    path: 'contracts/libraries/MissLog.sol',
    anchor: 'uint96(Math.saturatingSub(log.lockLimit, amount))',
    replacement: 'uint96(log.lockLimit - amount)',
  },
  {
    against: 'flood by many wallets',
    breaks: 'a heavy deal is challenged for as little as a light one',
    path: CHALLENGES,
    anchor: 'Math.max(BOND_UNIT, Rent.bpsUp(UNIT * deal.weight, BOND_BPS))',
    replacement: 'BOND_UNIT',
  },
  {
    against: 'flood by many wallets',
    breaks: 'a light deal is challenged for less than a unit',
    path: CHALLENGES,
    anchor: 'Math.max(BOND_UNIT, Rent.bpsUp(UNIT * deal.weight, BOND_BPS))',
    replacement: 'Rent.bpsUp(UNIT * deal.weight, BOND_BPS)',
  },
  {
    against: 'INV-17',
    breaks: 'the bond of an answered challenge is reckoned anew',
    path: CHALLENGES,
    anchor: 'uint256 bond = _endChallenge(id, deal).amount;',
    replacement: 'uint256 bond = _bondOf(deal);\n    _endChallenge(id, deal);',
  },
  {
    against: 'INV-17',
    breaks: 'the bond that goes back is that of the weight which is left',
    path: LEDGER,
    anchor: '_credit(bond.challenger, bond.amount);',
    replacement: '_credit(bond.challenger, Math.max(BOND_UNIT, Rent.bpsUp(UNIT * deal.weight, BOND_BPS)));',
  },
  {
    against: 'sponsorship of an epoch that never comes',
    breaks: 'any epoch to come is sponsored',
    path: 'contracts/RewardPool.sol',
    anchor: '    require(epoch <= current + EPOCHS_AHEAD, EpochTooFar(epoch, current + EPOCHS_AHEAD));\n',
    replacement: '',
  },
];
