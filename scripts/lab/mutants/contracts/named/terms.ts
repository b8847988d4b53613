import type { NamedMutant } from '../named.js';

const SOUNDNESS = 'contracts/libraries/Soundness.sol';
const STAKES = 'contracts/market/Stakes.sol';
const MARKET = 'contracts/StorageMarket.sol';

/** What a market nobody could live with would look like (R9, R10), code that is not the market's, and views that tell of the past. */
export const unsoundTerms: readonly NamedMutant[] = [
  {
    against: 'INV-14',
    breaks: 'samples so many that no block has room for their proof',
    path: SOUNDNESS,
    anchor: '_within("samples", p.samples, 1, 16);',
    replacement: '_within("samples", p.samples, 1, type(uint8).max);',
  },
  {
    against: 'INV-15',
    breaks: 'a notice that outlasts everybody',
    path: SOUNDNESS,
    anchor: '_within("noticePeriods", p.noticePeriods, 1, 1_000);',
    replacement: '_within("noticePeriods", p.noticePeriods, 1, type(uint16).max);',
  },
  {
    against: 'INV-6',
    breaks: 'more misses to walk through than a block has gas for',
    path: SOUNDNESS,
    anchor: '_within("maxMisses", p.maxMisses, 3, 50);',
    replacement: '_within("maxMisses", p.maxMisses, 3, type(uint8).max);',
  },
  {
    against: 'INV-18',
    breaks: "no gas to ask a contract for its signature's worth",
    path: SOUNDNESS,
    anchor: '_within("signatureGas", p.signatureGas, 20_000, 1_000_000);',
    replacement: '_within("signatureGas", p.signatureGas, 0, 1_000_000);',
  },
  {
    against: 'ERC-1271 gas bomb',
    breaks: 'the constructor lets signers burn a block',
    path: SOUNDNESS,
    anchor: '_within("signatureGas", p.signatureGas, 20_000, 1_000_000);',
    replacement: '_within("signatureGas", p.signatureGas, 20_000, type(uint32).max);',
  },
  {
    against: 'challenge flood',
    breaks: 'a bond of next to nothing',
    path: SOUNDNESS,
    anchor: '    _atLeast("bondUnit", p.bondUnit, p.unit);\n',
    replacement: '',
  },
  {
    against: 'INV-18',
    breaks: 'asking for a proof costs more than what it is about',
    path: SOUNDNESS,
    anchor: '    _atLeast("1000 by bondBps", MAX_BOND_BPS, p.bondBps);\n',
    replacement: '',
  },
  {
    against: 'INV-13',
    breaks: "the ZK stack's block numbers will do",
    path: SOUNDNESS,
    anchor: ' || ZK_SYSTEM_CONTEXT.code.length != 0',
    replacement: '',
  },
  {
    against: 'INV-13',
    breaks: 'hashes that are made of their numbers will do',
    path: SOUNDNESS,
    anchor: ' || _isMadeOfItsNumber(block.number - 1)',
    replacement: '',
  },
  {
    against: 'INV-1',
    breaks: 'any code may move all the money as the body of the verbs',
    path: MARKET,
    anchor: '    require(body.codehash == verbBodyHash_, BodyNotExpected(body, verbBodyHash_, body.codehash));\n',
    replacement: '',
  },
  {
    against: 'INV-2',
    breaks: 'the body of the verbs may reckon in units of its own',
    path: MARKET,
    anchor: '    require(bodyTerms == terms, BodyNotBound(body, terms, bodyTerms));\n',
    replacement: '',
  },
  {
    against: 'INV-2',
    breaks: 'locked is told of a generation that is over',
    path: STAKES,
    anchor: 'UNIT * _accountNow(provider).total',
    replacement: 'UNIT * _accounts[provider].toAccount().total',
  },
  {
    against: 'INV-7',
    breaks: 'frozen is told of a generation that is over',
    path: STAKES,
    anchor: '_frozen(_accountNow(provider))',
    replacement: '_frozen(_accounts[provider].toAccount())',
  },
  {
    against: 'INV-18',
    breaks: 'the lock limit is told as it was before misses that nobody has found yet',
    path: STAKES,
    anchor: 'Math.saturatingSub(_misses[provider].lockLimit, lost)',
    replacement: '_misses[provider].lockLimit',
  },
  {
    against: 'INV-18',
    breaks: 'a deal is told as kept whose provider any call would find defaulted',
    path: 'contracts/market/DealQueries.sol',
    anchor: '_isPast(deal, _accountNow(deal.provider))',
    replacement: '_isPast(deal, _accounts[deal.provider].toAccount())',
  },
];
