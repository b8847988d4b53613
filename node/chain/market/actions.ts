import { toHex } from '../../core/data/bytes.js';
import type { Address, Hex } from '../../core/units.js';
import type { BatchItem, SettlementAction } from '../../ports/settlement.js';
import type { MarketContracts } from './contracts.js';
import { peerIdBytes } from './peer-id-bytes.js';
import type { Call } from '../transactions/signing.js';

type Kind = SettlementAction['kind'];
type Action<K extends Kind> = Extract<SettlementAction, { kind: K }>;
type Encoders = { readonly [K in Kind]: (action: Action<K>, contracts: MarketContracts, itemGas: number) => Call };

const call = (to: Address, data: string): Call => ({ to, data: data as Hex, value: 0n });

const itemData = ({ market }: MarketContracts, item: BatchItem): string => {
  switch (item.kind) {
    case 'commit': {
      const { revision, renterSignature, providerSignature } = item.signed;
      return market.interface.encodeFunctionData('commit', [revision, renterSignature, providerSignature]);
    }
    case 'redeem':
      return market.interface.encodeFunctionData('redeem', [item.deal, item.amount, item.signature]);
    case 'close':
      return market.interface.encodeFunctionData('close', [item.deal]);
    case 'settle':
      return market.interface.encodeFunctionData('settle', [item.deal]);
    case 'expire':
      return market.interface.encodeFunctionData('expire', [item.deal]);
    case 'answer':
      return market.interface.encodeFunctionData('answer', [item.deal, toHex(item.samples)]);
  }
};

const encoders: Encoders = {
  register: ({ operator, peerId, addresses: lines, ask, lockLimit }, { registry, addresses }) =>
    call(
      addresses.registry,
      registry.interface.encodeFunctionData('register', [operator, peerIdBytes(peerId), lines.join('\n'), ask, lockLimit]),
    ),
  setOperator: ({ operator }, { registry, addresses }) =>
    call(addresses.registry, registry.interface.encodeFunctionData('setOperator', [operator])),
  setEndpoint: ({ provider, peerId, addresses: lines }, { registry, addresses }) =>
    call(addresses.registry, registry.interface.encodeFunctionData('setEndpoint', [provider, peerIdBytes(peerId), lines.join('\n')])),
  setAsk: ({ provider, ask }, { registry, addresses }) =>
    call(addresses.registry, registry.interface.encodeFunctionData('setAsk', [provider, ask])),
  approve: ({ amount }, { token, addresses }) =>
    call(addresses.token, token.interface.encodeFunctionData('approve', [addresses.vault, amount])),
  sendToken: ({ to, amount }, { token, addresses }) => call(addresses.token, token.interface.encodeFunctionData('transfer', [to, amount])),
  drip: (_, { token, addresses }) => call(addresses.token, token.interface.encodeFunctionData('drip')),
  sendCoin: ({ to, amount }) => ({ to, data: '0x', value: amount }),
  stake: ({ provider, amount }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('stake', [provider, amount])),
  setLockLimit: ({ provider, limit }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('setLockLimit', [provider, limit])),
  unstake: ({ amount }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('unstake', [amount])),
  withdraw: ({ amount, to }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('withdraw', [amount, to])),
  sync: ({ provider }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('sync', [provider])),
  prove: ({ provider, period, samples }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('prove', [provider, period, toHex(samples)])),
  open: ({ requests }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('open', [[...requests]])),
  deposit: ({ deal, amount }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('deposit', [deal, amount])),
  setBounds: ({ deal, maxEnd, maxLeaves, maxEgress }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('setBounds', [deal, maxEnd, maxLeaves, maxEgress])),
  setSigner: ({ deal, signer }, { market, addresses }) =>
    call(addresses.market, market.interface.encodeFunctionData('setSigner', [deal, signer])),
  leave: ({ deal }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('leaveDeal', [deal])),
  cancel: ({ deal }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('cancel', [deal])),
  forfeit: ({ deal }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('forfeit', [deal])),
  challenge: ({ deal }, { market, addresses }) => call(addresses.market, market.interface.encodeFunctionData('challenge', [deal])),
  answer: (action, contracts) => call(contracts.addresses.market, itemData(contracts, action)),
  claim: ({ provider, epochs }, { rewardPool, addresses }) =>
    call(addresses.rewardPool, rewardPool.interface.encodeFunctionData('claim', [provider, [...epochs]])),
  batch: ({ items }, contracts, itemGas) => {
    const calls = items.map((item) => itemData(contracts, item));
    return call(contracts.addresses.market, contracts.market.interface.encodeFunctionData('batch', [calls, itemGas]));
  },
};

/** The call that carries `action` out. @param itemGas Gas that each item of a batch may use. */
export const callFor = <K extends Kind>(contracts: MarketContracts, action: Action<K>, itemGas: number): Call =>
  encoders[action.kind](action, contracts, itemGas);
