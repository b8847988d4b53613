import type { NamedMutant } from '../named.js';

const LEDGER = 'contracts/market/DealLedger.sol';
const ENDINGS = 'contracts/market/verbs/Endings.sol';

/** What an attacker of the settlement rules would wish for, at least one for each attack that they name. */
export const wishesOfAttackers: readonly NamedMutant[] = [
  {
    against: 'dilute-and-drop',
    breaks: 'nothing is burnt but what is over the cap of a bounty',
    path: 'contracts/market/Accounts.sol',
    anchor: '(BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT) * total - bounty',
    replacement: 'BOUNTY_PER_WEIGHT * total - bounty',
  },
  {
    against: 'dust weight',
    breaks: 'a deal for nothing weighs nothing',
    path: 'contracts/libraries/Rent.sol',
    anchor: 'Math.max(1, Math.ceilDiv(rate * collateralPeriods, unit))',
    replacement: 'Math.ceilDiv(rate * collateralPeriods, unit)',
  },
  {
    against: 'zero-hash seed',
    breaks: 'any hash will do for a period that has begun',
    path: 'contracts/market/Schedule.sol',
    anchor: 'require(hash != 0, SeedUnavailable(period));',
    replacement: 'require(period != 0, SeedUnavailable(period));',
  },
  {
    against: 'copied proof',
    breaks: 'a proof that comes second reverts',
    path: 'contracts/market/Audits.sol',
    anchor: 'if (account.total == 0 || account.lastProven == period) return;',
    replacement: 'if (account.total == 0) return;',
  },
  {
    against: 'ERC-1271 gas bomb',
    breaks: 'a signer may burn all gas',
    path: 'contracts/libraries/ContractSignature.sol',
    anchor: 'staticcall(gasLimit, signer',
    replacement: 'staticcall(gas(), signer',
  },
  {
    against: 'delete at end',
    breaks: 'a challenged deal can be closed',
    path: ENDINGS,
    anchor: '      _requireUnchallenged(id, deal);\n      _requireClosable(id, deal);',
    replacement: '      _requireClosable(id, deal);',
  },
  {
    against: 'miss-prove-miss drain',
    breaks: 'half of the cover is enough',
    path: 'contracts/libraries/Rent.sol',
    anchor: 'stake * BPS < coverBps * unit * total',
    replacement: '2 * stake * BPS < coverBps * unit * total',
  },
  {
    against: 'top-up before sync',
    breaks: 'stake is added before misses are found',
    path: 'contracts/market/Stakes.sol',
    anchor: 'ProviderAccount memory account = _sync(provider);\n    _operatorOf(provider);',
    replacement: 'ProviderAccount memory account = _accounts[provider].toAccount();\n    _operatorOf(provider);',
  },
  {
    against: 'end inside a run of misses',
    breaks: 'the first unpaid period is paid',
    path: LEDGER,
    anchor: 'Math.min(_decided(account), deal.end - 1)',
    replacement: 'Math.min(_decided(account), deal.end)',
  },
  {
    against: 'EIP-7702 voucher',
    breaks: 'a key whose account has code signs no voucher',
    path: 'contracts/market/verbs/Payments.sol',
    anchor: 'require(recovered != address(0), BadVoucher(id, recovered));',
    replacement: 'require(recovered != address(0) && recovered.code.length == 0, BadVoucher(id, recovered));',
  },
  {
    against: 'lump-fee farming',
    breaks: 'all fees come back',
    path: 'contracts/market/Fees.sol',
    anchor: 'uint256 kept = fees.paid - burnt;',
    replacement: 'uint256 kept = fees.paid;',
  },
  {
    against: 'challenge flood',
    breaks: 'every bond is the first one',
    path: 'contracts/market/Challenges.sol',
    anchor: 'first * (BOND_STEPS + ahead)',
    replacement: 'first * (BOND_STEPS + 0 * ahead)',
  },
  {
    against: 'never-committed deal',
    breaks: 'only a deal that stored something can be cancelled',
    path: ENDINGS,
    anchor: 'require(deal.leaves == 0, DealNotEmpty(id, deal.leaves));',
    replacement: 'require(deal.leaves == 0 && deal.number != 0, DealNotEmpty(id, deal.leaves));',
  },
  {
    against: 'donation to the Vault',
    breaks: 'what is accounted follows the balance',
    path: 'contracts/Vault.sol',
    anchor: 'accounted += amount;',
    replacement: 'accounted = token.balanceOf(address(this)) + amount;',
  },
  {
    against: 'lying EIP-2935',
    breaks: 'the history is asked about the present block',
    path: 'contracts/market/Schedule.sol',
    anchor: 'if (number >= block.number) return 0;',
    replacement: 'if (number > block.number) return 0;',
  },
  {
    against: 're-roll',
    breaks: 'a provider may forfeit what was drawn',
    path: ENDINGS,
    anchor: '    _requireThawed(deal.provider, account);\n    _requireProvider(id, deal);',
    replacement: '    _requireProvider(id, deal);',
  },
];
