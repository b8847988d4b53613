import type { ProviderMade } from '../../../app/provider-setup.js';
import { LEAST_CAPACITY } from '../../../app/settings/limits.js';
import { foldersOf } from '../../../app/settings/folders.js';
import type { Ask } from '../../../core/market/deal.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { gasWei } from '../../../core/units.js';
import type { SettlementAction } from '../../../ports/settlement.js';
import { monthlyUp } from '../../../core/market/monthly-price.js';
import { showTokens } from '../../../core/amount-text.js';
import { coins, showSize, size } from '../../amounts.js';
import type { Call, CommandSpec } from '../../command.js';
import { askFrom, askOptions, firstAsk } from './ask-options.js';
import { lockLimitOf, lockLimitOption } from './lock-limit.js';

/** Settings that the options of `provider init` write into the settings file. */
const sectionFrom = (call: Call): Record<string, unknown> => {
  const list = (name: string): string[] | undefined => call.options.text(name)?.split(',');
  const section = {
    listen: list('listen'),
    announce: list('announce'),
    capacityBytes: call.options.parsed('capacity', ...size('500GiB', Number.MAX_SAFE_INTEGER, LEAST_CAPACITY)),
  };
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined));
};

const passwordFor = async (call: Call, home: string, isNew: boolean): Promise<string> =>
  isNew ? await call.prompt.newPassword(`New password for the keys in ${home}`) : await call.prompt.password('Password of the keys');

export const command: CommandSpec = {
  options: [
    ...askOptions,
    { flags: '--capacity <size>', description: 'most bytes to store, such as 500GiB' },
    { flags: '--listen <multiaddrs>', description: 'where to listen, comma-separated, such as /ip4/0.0.0.0/tcp/4711' },
    { flags: '--announce <multiaddrs>', description: 'where others reach you, if that is another address' },
    lockLimitOption,
    {
      flags: '--operator-coin <amount>',
      description: 'coin that the operator key, which pays for proofs, is to have: what is missing is sent',
    },
  ],
  examples: ['holdfast provider init --price 0.8 --capacity 500GiB --announce /ip4/203.0.113.7/tcp/4711 --operator-coin 0.2'],
  run: async (call) => {
    const operatorCoin = call.options.parsed('operatorCoin', ...coins('0.2')) ?? gasWei(0n);
    const lockLimit = lockLimitOf(call.options);
    const section = sectionFrom(call);
    const { keystoreOf, openReader } = await import('../../../app/wallet-session.js');
    const before = await call.settings();
    const folders = foldersOf(before);
    await using session = await openReader(before, call.signal);
    const { reader } = session;
    const pace = { parameters: reader.parameters, blockMilliseconds: await session.blockMilliseconds() };
    const keystore = keystoreOf(before);
    const isNew = !(await keystore.has('wallet'));
    const known = isNew ? undefined : await reader.provider(await keystore.addressOf('wallet'), call.signal);
    const ask = (now: Ask | undefined): Ask => askFrom(call.options, now ?? firstAsk, pace);
    if (ask(known?.ask).price === 0n)
      throw new HoldfastError('OPTION_MISSING', { option: '--price', expected: 'tokens per GiB-month, such as 0.8' });
    const password = await passwordFor(call, before.home, isNew);
    await keystore.requireOpensAll(password);
    const rpc = before.rpc?.length === 1 ? before.rpc[0] : before.rpc;
    const { changeSettingsFile } = await import('../../../app/settings/file.js');
    await changeSettingsFile(folders.settingsFile, { network: before.network, rpc, book: before.book, provider: section });
    const settings = await call.settings();
    const { listen, announce } = settings.provider;
    const { setUpProvider } = await import('../../../app/provider-setup.js');
    const made = await setUpProvider(settings, { ask, lockLimit, addresses: announce ?? listen, operatorCoin }, password, call.signal);
    const { provider, operator, peerId, ask: asked, lockLimit: limit } = made.sheet;
    return {
      text: [
        ...firstLines(made),
        `  operator ${operator} pays for proofs: keep coin in it`,
        `  peer     ${peerId}`,
        `  price    ${showTokens(monthlyUp(asked.price, pace.parameters, pace.blockMilliseconds))} per GiB-month`,
        `  capacity ${showSize(settings.provider.capacityBytes)}`,
        limit === 0n
          ? '  no stake may be locked yet: "holdfast provider stake" raises the lock limit with it'
          : `  at most ${showTokens(limit)} of stake may be locked: about that much a stolen operator key can cost`,
        ...(made.forgot
          ? [
              'It has deals, and its journal was not there and is made anew: it can prove none of them.',
              'Next: "holdfast provider check --repair", with a --listing from each renter, before "holdfast provider run".',
            ]
          : ['Next: "holdfast provider stake AMOUNT", then "holdfast provider run".']),
      ],
      json: { provider, operator, peerId, ask: asked, lockLimit: limit, transactions: made.changes.map(({ receipt }) => receipt.hash) },
    };
  },
};

const changeWords: Partial<Record<SettlementAction['kind'], string>> = {
  setAsk: 'what it asks',
  setLockLimit: 'its lock limit',
  sendCoin: "its operator's coin",
};

/** Whether the provider is new, and else what was changed of it. */
const firstLines = ({ sheet: { provider }, known, changes }: ProviderMade): readonly string[] => {
  if (!known) return [`Provider ${provider} is registered.`];
  const changed = changes.flatMap(({ kind }) => changeWords[kind] ?? []);
  return [
    `Provider ${provider} was registered before; ${changed.length === 0 ? 'nothing on chain changed' : `changed: ${changed.join(', ')}`}.`,
  ];
};
