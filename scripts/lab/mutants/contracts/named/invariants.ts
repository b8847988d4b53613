import type { NamedMutant } from '../named.js';

const ACCOUNTS = 'contracts/market/Accounts.sol';
const STAKES = 'contracts/market/Stakes.sol';
const LEDGER = 'contracts/market/DealLedger.sol';
const REVISIONS = 'contracts/market/verbs/Revisions.sol';

/** What breaks an invariant of the settlement rules, at least one for each. */
export const againstInvariants: readonly NamedMutant[] = [
  {
    against: 'INV-1',
    breaks: 'stake that is taken out stays in',
    path: STAKES,
    anchor: 'account.stake -= uint96(amount);',
    replacement: '',
  },
  {
    against: 'INV-2',
    breaks: 'a weight that is replaced goes on counting',
    path: LEDGER,
    anchor: 'account.total = uint64(total + weight - old);',
    replacement: 'account.total = uint64(total + weight);',
  },
  {
    against: 'INV-3',
    breaks: 'sums are added in half a lane',
    path: 'contracts/libraries/SumTree.sol',
    anchor: 'change << (lane << 6)',
    replacement: 'change << (lane << 5)',
  },
  {
    against: 'INV-4',
    breaks: 'missed periods are paid',
    path: LEDGER,
    anchor: 'periods -= _misses[provider].countThrough(through) - _misses[provider].countThrough(settled);',
    replacement: 'periods -= 0;',
  },
  {
    against: 'INV-5',
    breaks: 'fees are rounded once a settlement',
    path: LEDGER,
    anchor: 'Rent.bpsUp(deal.rate, FEE_BPS) * periods',
    replacement: 'Rent.bpsUp(deal.rate * periods, FEE_BPS)',
  },
  {
    against: 'INV-6',
    breaks: 'freed slots are never used again',
    path: 'contracts/libraries/SumTree.sol',
    anchor: 'if (tree.freed != 0) {',
    replacement: 'if (false) {',
  },
  {
    against: 'INV-7',
    breaks: 'revisions are taken while the draw is open',
    path: REVISIONS,
    anchor: '    _requireThawed(deal.provider, account);\n    _requireUnchallenged(id, deal);\n    _requireAcceptable',
    replacement: '    _requireUnchallenged(id, deal);\n    _requireAcceptable',
  },
  {
    against: 'INV-8',
    breaks: "what is burnt is nobody's credit",
    path: ACCOUNTS,
    anchor: '    _credit(BURNT, burnt);\n    _credit(msg.sender, bounty);',
    replacement: '    _credit(msg.sender, bounty);',
  },
  {
    against: 'INV-9',
    breaks: 'closed deals are touched',
    path: LEDGER,
    anchor: 'require(deal.status != DealStatus.Closed, DealIsClosed(id));',
    replacement: '',
  },
  {
    against: 'INV-10',
    breaks: 'a stake too small is no default',
    path: ACCOUNTS,
    anchor: ' || Rent.uncovered(account.stake, account.total, UNIT, COVER_BPS)',
    replacement: '',
  },
  {
    against: 'INV-11',
    breaks: 'compensation is credited at every settlement',
    path: LEDGER,
    anchor: '    _deals[id].setIndex(index, egressPrice);\n',
    replacement: '',
  },
  {
    against: 'INV-12',
    breaks: 'as little is burnt as a bounty is',
    path: 'contracts/market/Schedule.sol',
    anchor: 'BURN_PER_WEIGHT = _perWeight(p, p.burnBps);',
    replacement: 'BURN_PER_WEIGHT = _perWeight(p, p.bountyBps);',
  },
  {
    against: 'INV-13',
    breaks: 'a seed may come from a zero hash',
    path: 'contracts/market/Schedule.sol',
    anchor: 'require(hash != 0, SeedUnavailable(period));',
    replacement: '',
  },
  {
    against: 'INV-14',
    breaks: 'the last block of the window does not count',
    path: 'contracts/market/Audits.sol',
    anchor: 'offset != 0 && offset < WINDOW_BLOCKS,',
    replacement: 'offset != 0 && offset < WINDOW_BLOCKS - 1,',
  },
  {
    against: 'INV-15',
    breaks: 'a unit of stake can never be taken out',
    path: STAKES,
    anchor: 'UNIT * account.total);\n    require(amount <= free',
    replacement: 'UNIT * account.total + UNIT);\n    require(amount <= free',
  },
  {
    against: 'INV-16',
    breaks: 'periods before a revision are paid at its rate',
    path: REVISIONS,
    anchor: 'if (weight != 0 || deal.weight != 0) deal.settledThrough',
    replacement: 'if (weight == 0 && deal.weight != 0) deal.settledThrough',
  },
  {
    against: 'INV-17',
    breaks: 'the bond of a challenge that ended otherwise is kept',
    path: LEDGER,
    anchor: '      _credit(bond.challenger, bond.amount);\n',
    replacement: '',
  },
];
