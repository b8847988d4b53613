import type { Stage } from './stage.js';

/** Lines that say how to go on by hand while the devnet stays up. */
export const howToPlayOn = ({ devnet, renter, providers }: Stage): readonly string[] => {
  const [provider] = providers.slice(-1);
  return [
    '',
    'All of it stays up. In another terminal, in this folder:',
    `  export HOLDFAST_RPC=${devnet.network.rpc} HOLDFAST_BOOK=${devnet.network.book}`,
    `  export HOLDFAST_HOME=${renter.home}`,
    `  node dist/cli/main.js put README.md --periods 360 --password-file ${renter.home}.password`,
    '  node dist/cli/main.js ls',
    '  node dist/cli/main.js deals',
    ...(provider ? [`  node dist/cli/main.js provider status --home ${provider.person.home}`] : []),
    'Ctrl-C ends everything.',
  ];
};
