/**
 * Which tests are run first against a mutant of each contract: files, or folders with all that is in them. A test that kills
 * is a test that guards; the others are run only if none of these does.
 */
export const guards: Readonly<Record<string, readonly string[]>> = {
  'contracts/HoldToken.sol': ['test/contracts/HoldToken.t.sol'],
  'contracts/MarketView.sol': ['test/contracts/MarketView.t.sol'],
  'contracts/RewardPool.sol': ['test/contracts/RewardPool.t.sol'],
  'contracts/ProviderRegistry.sol': ['test/contracts/ProviderRegistry.t.sol'],
  'contracts/StorageMarket.sol': ['test/contracts/market/Schedule.t.sol', 'test/contracts/Smoke.t.sol'],
  'contracts/Vault.sol': ['test/contracts/Vault.t.sol'],
  'contracts/libraries/AccountWord.sol': ['test/contracts/libraries/Words.t.sol'],
  'contracts/libraries/BlockHistory.sol': ['test/contracts/market/Schedule.t.sol', 'test/contracts/Attacks.t.sol'],
  'contracts/libraries/ContractSignature.sol': ['test/contracts/deals/ContractSigners.t.sol'],
  'contracts/libraries/Digests.sol': [
    'test/contracts/Vectors.t.sol',
    'test/contracts/deals/CommitSignatures.t.sol',
    'test/contracts/deals/Redeem.t.sol',
  ],
  'contracts/libraries/LeafProof.sol': ['test/contracts/libraries/LeafProof.t.sol', 'test/contracts/Vectors.t.sol'],
  'contracts/libraries/MissLog.sol': ['test/contracts/libraries/MissLog.t.sol'],
  'contracts/libraries/Rent.sol': ['test/contracts/libraries/Rent.t.sol', 'test/contracts/Vectors.t.sol'],
  'contracts/libraries/Soundness.sol': ['test/contracts/market/Schedule.t.sol'],
  'contracts/libraries/StoredDeal.sol': ['test/contracts/libraries/Words.t.sol'],
  'contracts/libraries/SumTree.sol': ['test/contracts/libraries/SumTree.t.sol'],
  'contracts/market/Audits.sol': ['test/contracts/market/Prove.t.sol', 'test/contracts/Vectors.t.sol'],
  'contracts/market/Challenges.sol': ['test/contracts/deals/'],
  'contracts/market/DealRules.sol': ['test/contracts/deals/'],
  'contracts/market/DealTerms.sol': ['test/contracts/deals/'],
  'contracts/market/Fees.sol': ['test/contracts/market/Fees.t.sol', 'test/contracts/RewardPool.t.sol'],
  'contracts/market/DealBook.sol': ['test/contracts/deals/', 'test/contracts/Vectors.t.sol'],
  'contracts/market/DealCalls.sol': ['test/contracts/deals/'],
  'contracts/market/Deals.sol': ['test/contracts/deals/'],
  'contracts/market/Schedule.sol': ['test/contracts/market/Schedule.t.sol', 'test/contracts/market/'],
  'contracts/market/Stakes.sol': ['test/contracts/market/', 'test/contracts/deals/Settle.t.sol'],
};
