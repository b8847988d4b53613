import { endWithin } from '../../../app/end-within.js';
import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  options: [{ flags: '--log-level <level>', description: 'debug, info, warn or alarm (default: info); lines go to standard error' }],
  examples: ['holdfast provider run', 'holdfast provider run --password-file secret.txt'],
  run: async (call) => {
    const settings = await call.settings();
    const level = call.options.parsed('logLevel', 'debug, info, warn or alarm', (text) => {
      if (text === 'debug' || text === 'info' || text === 'warn' || text === 'alarm') return text;
      throw new TypeError('no such level');
    });
    const { createLog } = await import('../../../app/log.js');
    const log = createLog({ ...(level && { level }), base: { daemon: 'provider' } });
    const password = await call.prompt.password('Password of the keys');
    const { runProvider } = await import('../../../app/run-provider.js');
    await runProvider({
      settings,
      password,
      log,
      signal: call.signal,
      onStopping: () => endWithin(settings.provider.stopSeconds * 1_000, log),
      onReady: ({ provider, addresses, api }) => {
        call.terminal.say(`Provider ${provider} is up.`);
        addresses.forEach((address) => {
          call.terminal.say(`  reachable at ${address}`);
        });
        call.terminal.say(`  local API at ${api}; "holdfast provider status" asks it`);
      },
    });
    return { text: ['Stopped in good order.'], json: { stopped: true } };
  },
};
