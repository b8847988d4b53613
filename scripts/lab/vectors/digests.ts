// Digests and signatures by viem, an EIP-712 implementation that the node does not use.
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const types = {
  Revision: [
    { name: 'deal', type: 'bytes32' },
    { name: 'number', type: 'uint64' },
    { name: 'root', type: 'bytes32' },
    { name: 'leaves', type: 'uint40' },
    { name: 'sectors', type: 'uint24' },
    { name: 'end', type: 'uint32' },
    { name: 'price', type: 'uint128' },
    { name: 'validUntil', type: 'uint32' },
  ],
  Authorization: [
    { name: 'deal', type: 'bytes32' },
    { name: 'peer', type: 'string' },
    { name: 'expires', type: 'uint32' },
  ],
  Voucher: [
    { name: 'deal', type: 'bytes32' },
    { name: 'amount', type: 'uint128' },
  ],
} as const;

const deal = `0x${'d1'.repeat(32)}` as const;
const root = `0x${'5e'.repeat(32)}` as const;
const zero = `0x${'00'.repeat(32)}` as const;
const domain = { name: 'Holdfast', version: '1', chainId: 31337, verifyingContract: `0x${'a'.repeat(40)}` } as const;
const otherDomain = { ...domain, chainId: 11155111, verifyingContract: `0x${'7'.repeat(40)}` } as const;

const revisions = [
  { domain, message: { deal, number: 1n, root, leaves: 131072, sectors: 1, end: 12, price: 10n ** 18n, validUntil: 5 } },
  { domain, message: { deal, number: 2n, root: zero, leaves: 0, sectors: 0, end: 4, price: 10n ** 18n, validUntil: 5 } },
  {
    domain: otherDomain,
    message: {
      deal,
      number: 2n ** 64n - 1n,
      root,
      leaves: 2 ** 40 - 1,
      sectors: 2 ** 24 - 1,
      end: 2 ** 32 - 1,
      price: 2n ** 128n - 1n,
      validUntil: 2 ** 32 - 1,
    },
  },
];
const authorizations = [
  { domain, message: { deal, peer: '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo', expires: 9 } },
  { domain: otherDomain, message: { deal, peer: '', expires: 2 ** 32 - 1 } },
];
const vouchers = [
  { domain, message: { deal, amount: 1n } },
  { domain, message: { deal, amount: 10n ** 18n } },
  { domain: otherDomain, message: { deal: root, amount: 2n ** 128n - 1n } },
];
const keys = [`0x${'01'.repeat(32)}`, `0x${'42'.repeat(32)}`] as const;

const signaturesOf = (digest: `0x${string}`): Promise<object[]> =>
  Promise.all(
    keys.map(async (key) => {
      const account = privateKeyToAccount(key);
      return { privateKey: key, address: account.address.toLowerCase(), signature: await account.sign({ hash: digest }) };
    }),
  );

/** The content of `digests.json`: revisions, vouchers and authorizations, their EIP-712 digests, and signatures by two keys. */
export const digestVectors = async (): Promise<object> => ({
  revisions: await Promise.all(
    revisions.map(async ({ domain, message }) => {
      const digest = hashTypedData({ domain, types, primaryType: 'Revision', message });
      return {
        chainId: domain.chainId,
        market: domain.verifyingContract,
        ...message,
        digest,
        signatures: await signaturesOf(digest),
      };
    }),
  ),
  vouchers: await Promise.all(
    vouchers.map(async ({ domain, message }) => {
      const digest = hashTypedData({ domain, types, primaryType: 'Voucher', message });
      return { chainId: domain.chainId, market: domain.verifyingContract, ...message, digest, signatures: await signaturesOf(digest) };
    }),
  ),
  authorizations: authorizations.map(({ domain, message }) => {
    const digest = hashTypedData({ domain, types, primaryType: 'Authorization', message });
    return { chainId: domain.chainId, market: domain.verifyingContract, ...message, digest };
  }),
});
