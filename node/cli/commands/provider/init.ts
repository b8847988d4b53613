import { changeSettingsFile } from '../../../app/settings/file.js';
import { foldersOf } from '../../../app/settings/folders.js';
import { keystoreOf, openReader } from '../../../app/wallet-session.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { gasWei, wei } from '../../../core/units.js';
import { monthlyUp } from '../../../renter/homes/quote.js';
import { parseCoins, parseSize, showSize, showTokens } from '../../amounts.js';
import type { Call, CommandSpec } from '../../command.js';
import { askFrom, askOptions, firstAsk } from './ask-options.js';
import { lockLimitOf, lockLimitOption } from './lock-limit.js';
import { submitAndTell, withWallet } from '../submission.js';

/** Settings that the options of `provider init` write into the settings file. */
const sectionFrom = (call: Call): Record<string, unknown> => {
  const list = (name: string): string[] | undefined => call.options.text(name)?.split(',');
  const section = {
    listen: list('listen'),
    announce: list('announce'),
    capacityBytes: call.options.parsed('capacity', 'a size such as 500GiB', parseSize),
  };
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined));
};

const passwordFor = async (call: Call, home: string, isNew: boolean): Promise<string> =>
  isNew ? await call.prompt.newPassword(`New password for the keys in ${home}`) : await call.prompt.password('Password of the keys');

const init: CommandSpec = {
  path: ['provider', 'init'],
  summary: 'make keys and stores, and register as a provider',
  options: [
    ...askOptions,
    { flags: '--capacity <size>', description: 'most bytes to store, such as 500GiB' },
    { flags: '--listen <multiaddrs>', description: 'where to listen, comma-separated, such as /ip4/0.0.0.0/tcp/4711' },
    { flags: '--announce <multiaddrs>', description: 'where others reach you, if that is another address' },
    lockLimitOption,
    { flags: '--operator-coin <amount>', description: 'coin to send to the operator key, which pays for proofs' },
  ],
  examples: ['holdfast provider init --price 0.8 --capacity 500GiB --announce /ip4/203.0.113.7/tcp/4711 --operator-coin 0.2'],
  run: async (call) => {
    const before = await call.settings();
    const folders = foldersOf(before);
    const section = sectionFrom(call);
    await using session = await openReader(before, call.signal);
    const { book, reader } = session;
    const pace = { parameters: reader.parameters, blockMilliseconds: book.blockMilliseconds };
    const ask = askFrom(call.options, firstAsk, pace);
    if (ask.price === 0n) throw new HoldfastError('OPTION_MISSING', { option: '--price', expected: 'tokens per GiB-month, such as 0.8' });
    const operatorCoin = call.options.parsed('operatorCoin', 'an amount of coin such as 0.2', parseCoins) ?? gasWei(0n);
    const lockLimit = lockLimitOf(call.options) ?? wei(0n);
    const password = await passwordFor(call, before.home, !(await keystoreOf(before).has('wallet')));
    const rpc = before.rpc?.length === 1 ? before.rpc[0] : before.rpc;
    await changeSettingsFile(folders.settingsFile, { network: before.network, rpc, book: before.book, provider: section });
    const settings = await call.settings();
    const { listen, announce } = settings.provider;
    const { setUpProvider } = await import('../../../app/provider-setup.js');
    const made = await setUpProvider(settings, { ask, lockLimit, addresses: announce ?? listen, operatorCoin }, password, call.signal);
    return {
      text: [
        `Provider ${made.provider} is registered.`,
        `  operator ${made.operator} pays for proofs: keep coin in it`,
        `  peer     ${made.peerId}`,
        `  price    ${showTokens(monthlyUp(ask.price, pace.parameters, pace.blockMilliseconds))} per GiB-month`,
        `  capacity ${showSize(settings.provider.capacityBytes)}`,
        lockLimit === 0n
          ? '  no stake may be locked yet: "holdfast provider stake" raises the lock limit with it'
          : `  at most ${showTokens(lockLimit)} of stake may be locked: that much a stolen operator key can cost`,
        'Next: "holdfast provider stake AMOUNT", then "holdfast provider run".',
      ],
      json: {
        provider: made.provider,
        operator: made.operator,
        peerId: made.peerId,
        ask,
        lockLimit,
        transactions: made.receipts.map((receipt) => receipt.hash),
      },
    };
  },
};

const ask: CommandSpec = {
  path: ['provider', 'ask'],
  summary: 'show or change what you ask; open deals keep their prices',
  options: askOptions,
  examples: ['holdfast provider ask', 'holdfast provider ask --price 0.6 --max-deal 2TiB'],
  run: async (call) => {
    const settings = await call.settings();
    await using session = await openReader(settings, call.signal);
    const provider = await keystoreOf(settings).addressOf('wallet');
    const sheet = await session.reader.provider(provider, call.signal);
    if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
    const pace = { parameters: session.reader.parameters, blockMilliseconds: session.book.blockMilliseconds };
    const next = askFrom(call.options, sheet.ask, pace);
    const text = `Asking ${showTokens(monthlyUp(next.price, pace.parameters, pace.blockMilliseconds))} per GiB-month`;
    if (JSON.stringify(next, asText) === JSON.stringify(sheet.ask, asText)) return { text: [text], json: { provider, ask: next } };
    return await withWallet(
      call,
      async (wallet) => await submitAndTell(wallet, call, { kind: 'setAsk', provider, ask: next }, { text, json: { provider, ask: next } }),
    );
  },
};

const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const providerInitCommands: readonly CommandSpec[] = [init, ask];
