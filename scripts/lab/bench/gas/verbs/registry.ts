import type { Verb } from './verb.js';

const OPERATOR = `0x${'0b'.repeat(20)}`;
/** As libp2p makes them of a secp256k1 key: 39 bytes. */
const PEER_ID = `0x${'002508021221'}${'03'}${'9d'.repeat(32)}`;
const ADDRESSES = '/ip4/203.0.113.7/tcp/4711\n/dns4/provider.example/tcp/4711';
/** Token wei. */
const LOCK_LIMIT = 10n ** 20n;

/** Who provides, and where. A change of what is there already, with as many bytes. */
export const registryVerbs: readonly Verb[] = [
  {
    contract: 'ProviderRegistry',
    function: 'register',
    measure: async ({ contracts: { registry }, send, outsider, provider }) => {
      const { price, egressPrice, minLeaves, maxLeaves, maxPeriods } = await registry.askOf(provider);
      const ask = { price, egressPrice, minLeaves, maxLeaves, maxPeriods };
      return send(outsider, registry.register.populateTransaction(OPERATOR, PEER_ID, ADDRESSES, ask, LOCK_LIMIT));
    },
  },
  {
    contract: 'ProviderRegistry',
    function: 'setOperator',
    measure: ({ contracts: { registry }, send, provider }) => send(provider, registry.setOperator.populateTransaction(OPERATOR)),
  },
  {
    contract: 'ProviderRegistry',
    function: 'setEndpoint',
    measure: async ({ contracts: { registry }, send, provider }) => {
      await send(provider, registry.setEndpoint.populateTransaction(provider, PEER_ID, ADDRESSES));
      const moved = ADDRESSES.replaceAll('4711', '4712');
      return send(provider, registry.setEndpoint.populateTransaction(provider, PEER_ID, moved));
    },
  },
  {
    contract: 'ProviderRegistry',
    function: 'setAsk',
    measure: async ({ contracts: { registry }, send, provider }) => {
      const { price, egressPrice, minLeaves, maxLeaves, maxPeriods } = await registry.askOf(provider);
      const ask = { price: price + 1n, egressPrice, minLeaves, maxLeaves, maxPeriods };
      return send(provider, registry.setAsk.populateTransaction(provider, ask));
    },
  },
];
