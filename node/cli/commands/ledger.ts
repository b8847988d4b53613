import type { CommandSpec } from '../command.js';
import { wishOf } from '../ledger/wish.js';

export const command: CommandSpec = {
  options: [
    { flags: '--verify', description: 'recompute every hash from a trusted newest block down to the deployment; names what does not fit' },
    { flags: '--head <hash>', description: 'the newest block to trust, instead of one that two RPCs (--rpc URL,URL) agree on' },
    { flags: '--follow', description: 'go on with new blocks until interrupted; says what a reorganization undid' },
    { flags: '--deal <id>', description: 'only what concerns this deal' },
    { flags: '--provider <address>', description: 'only what concerns this provider and its deals' },
    { flags: '--since <when>', description: 'from a block, a date (2026-08-01) or a time ago (7d, 12h, 30m) on' },
    { flags: '--csv', description: 'one row for each event, for a spreadsheet' },
  ],
  examples: [
    'holdfast ledger --since 7d',
    'holdfast ledger --verify --rpc https://one.example,https://two.example',
    'holdfast ledger --follow --json --provider 0x52908400098527886E0F7030069857D2E4169EE7',
  ],
  run: async (call) => {
    const wish = wishOf(call);
    const { tellLedger } = await import('../ledger/tell.js');
    return await tellLedger(call, wish);
  },
};
