import type { CommandEntry, CommandSpec, LoadedCommand } from './command.js';

const entry = (words: string, summary: string, file: () => Promise<{ readonly command: CommandSpec }>): CommandEntry => ({
  path: words.split(' ') as [string, ...string[]],
  summary,
  load: async () => (await file()).command,
});

/** Every command of the command line, in the order that help shows them. Its file is read when it is called. */
export const commandTable: readonly CommandEntry[] = [
  entry('init', 'set up: choose network, RPC and role, and write a commented settings file', () => import('./commands/init.js')),
  entry('doctor', 'check Node, chain, contracts, keys, money, ports and disk, and say what to do', () => import('./commands/doctor.js')),
  entry('put', 'store files and folders: coded, encrypted, and spread over providers', () => import('./commands/put.js')),
  entry('get', 'fetch files back, verified piece by piece', () => import('./commands/get.js')),
  entry('sync', 'make a folder of names as a folder of files is, or the other way', () => import('./commands/sync.js')),
  entry('info', 'what is known of a file: size, shape, where it lies, until when, for how much', () => import('./commands/info.js')),
  entry('du', 'how much lies in each folder, and how much of it providers keep', () => import('./commands/du.js')),
  entry('ls', 'list what you have stored', () => import('./commands/ls.js')),
  entry('rm', 'delete files and folders: their providers need not keep them any more', () => import('./commands/rm.js')),
  entry('mv', 'give files and folders other names', () => import('./commands/mv.js')),
  entry('share', 'make a link by which others read a file or a folder, or verify that it is held', () => import('./commands/share.js')),
  entry('shares', 'list what you share, with its links', () => import('./commands/shares.js')),
  entry('unshare', 'end a share: its links lead nowhere any more', () => import('./commands/unshare.js')),
  entry(
    'recover',
    'bring the list of what you have stored back from the deals, on an empty machine',
    () => import('./commands/recover.js'),
  ),
  entry(
    'verify',
    'have providers show that they hold what you have stored, against the roots on chain',
    () => import('./commands/verify.js'),
  ),
  entry('repair', 'make lost shards anew and place them at other providers', () => import('./commands/repair.js')),
  entry('deals', 'list your deals as they stand now, with rent taken up to the present period', () => import('./commands/deals.js')),
  entry(
    'deals challenge',
    'have the provider prove that it holds a deal, in the next window, for a bond',
    () => import('./commands/deals/challenge.js'),
  ),
  entry(
    'deals close',
    'close a deal that is over, or whose provider defaulted; what is left becomes credit',
    () => import('./commands/deals/close.js'),
  ),
  entry('deals leave', 'end a deal after its notice, whatever the provider does', () => import('./commands/deals/leave.js')),
  entry(
    'deals cancel',
    'end deals with the consent of their providers: what they store is given up, unspent escrow becomes credit a period later',
    () => import('./commands/deals/cancel.js'),
  ),
  entry('deals deposit', 'add to the escrow of a deal', () => import('./commands/deals/deposit.js')),
  entry('deals withdraw', 'pay out credit: refunds, collateral and compensation', () => import('./commands/deals/withdraw.js')),
  entry(
    'deals listing',
    'write what you know of a deal, for a provider that lost its own record: the signed revision and its sectors',
    () => import('./commands/deals/listing.js'),
  ),
  entry('renew', 'make deals last longer: pay their rent in and have their providers agree', () => import('./commands/renew.js')),
  entry(
    'renter run',
    'look after what you have stored: renew deals that end soon, make anew what is lost, end deals that are over',
    () => import('./commands/renter/run.js'),
  ),
  entry(
    'renter purse',
    'make and fill the purse that "renter run" pays from, so that it needs no wallet',
    () => import('./commands/renter/purse.js'),
  ),
  entry('renter providers', 'list providers that failed lately, and what that means', () => import('./commands/renter/providers.js')),
  entry(
    'ledger',
    'the settlement history: who paid, proved, missed and was slashed, block by block; with --verify, proven',
    () => import('./commands/ledger.js'),
  ),
  entry('wallet new', 'make a wallet, put its words on paper, and store it encrypted', () => import('./commands/wallet/new.js')),
  entry(
    'wallet import',
    'store a wallet you already have, encrypted: a private key, a mnemonic or a keystore file',
    () => import('./commands/wallet/import.js'),
  ),
  entry(
    'wallet backup',
    'write down what brings the wallet back, for paper, and what it does not bring back',
    () => import('./commands/wallet/backup.js'),
  ),
  entry(
    'wallet export',
    'give the wallet out as a keystore for other programs, or as its mnemonic',
    () => import('./commands/wallet/export.js'),
  ),
  entry('wallet password', 'change the password of all keys of the home, all or nothing', () => import('./commands/wallet/password.js')),
  entry('unlock', 'hold the wallet unlocked for some minutes, so that commands ask for no password', () => import('./commands/unlock.js')),
  entry('lock', 'end what "unlock" began', () => import('./commands/lock.js')),
  entry('wallet address', 'print the address of the wallet', () => import('./commands/wallet/address.js')),
  entry('wallet balance', 'show coin, tokens and credit in the market', () => import('./commands/wallet/balance.js')),
  entry('wallet send', 'send tokens, or gas coin with --coin', () => import('./commands/wallet/send.js')),
  entry('wallet drip', "draw tokens from the token's faucet, on test networks", () => import('./commands/wallet/drip.js')),
  entry('provider init', 'make keys and stores, and register as a provider', () => import('./commands/provider/init.js')),
  entry('provider ask', 'show or change what you ask; open deals keep their prices', () => import('./commands/provider/ask.js')),
  entry('provider run', 'run the provider until it is told to stop (Ctrl-C, SIGTERM)', () => import('./commands/provider/run.js')),
  entry('provider status', 'show how the provider stands: daemon, audits, deals, money', () => import('./commands/provider/status.js')),
  entry(
    'provider check',
    'compare journal, sectors and chain while the daemon is stopped, and say what is missing',
    () => import('./commands/provider/check.js'),
  ),
  entry('provider stake', 'add stake: collateral for the deals you take', () => import('./commands/provider/stake.js')),
  entry(
    'provider limit',
    'set how much of your stake deals may lock: about what a stolen operator key can cost',
    () => import('./commands/provider/limit.js'),
  ),
  entry('provider unstake', 'take free stake back, as credit in the market', () => import('./commands/provider/unstake.js')),
  entry('provider withdraw', 'pay out rent and freed stake', () => import('./commands/provider/withdraw.js')),
  entry(
    'provider forfeit',
    'give a deal up: its collateral and unspent escrow go to the renter',
    () => import('./commands/provider/forfeit.js'),
  ),
  entry(
    'provider claim',
    "claim the reward pool's share of past epochs; the daemon does so by itself when it is worth the gas",
    () => import('./commands/provider/claim.js'),
  ),
  entry(
    'provider rotate operator',
    "give the provider another operator key, by the owner's wallet; a running daemon takes it up",
    () => import('./commands/provider/rotate/operator.js'),
  ),
  entry(
    'provider rotate owner',
    'move to another owner what can be moved now: free stake and credit; no new deals are taken',
    () => import('./commands/provider/rotate/owner.js'),
  ),
  entry('completion', 'print the script that lets your shell complete commands and options', async () => {
    const { createCommand } = await import('./commands/completion.js');
    return { command: createCommand(loadCommands) };
  }),
  entry(
    'devnet',
    'run a chain, a market and providers on this machine (in a checkout of the sources)',
    () => import('./commands/devnet.js'),
  ),
];

/** All commands with what their files say. */
export const loadCommands = (): Promise<readonly LoadedCommand[]> =>
  Promise.all(commandTable.map(async ({ path, summary, load }) => ({ path, summary, ...(await load()) })));
