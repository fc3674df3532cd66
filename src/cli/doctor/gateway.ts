import { addressOf, gatewayAt } from '../address.ts';
import { findOwner, listenProblem } from '../port.ts';
import { broken, type Check, fine, notable } from './fact.ts';

/** Whether a gateway runs, of which version, and else whether one could listen. */
export const checkGateway: Check = async ({ resolved: { settings, origins }, world }) => {
  const address = addressOf(settings);
  const running = await gatewayAt(address);
  if (running !== undefined) {
    const text = `kiro-gw ${running.version} answers at ${address}`;
    if (running.version === world.build.version) return [fine('gateway', text)];
    return [
      notable('gateway', `${text}, and this is ${world.build.version}`, 'kiro-gw stop && kiro-gw serve --background'),
    ];
  }
  const { host, port } = settings;
  const where = `${host}, port ${port} (from ${origins.port.from})`;
  const problem = await listenProblem(host, port);
  if (problem === undefined) return [{ ...fine('gateway', `none runs; ${where} is free`), mend: 'kiro-gw serve' }];
  const isTaken = problem === 'EADDRINUSE';
  const by = isTaken
    ? `is taken by ${(await findOwner(port, world.platform)) ?? 'another program'}`
    : `cannot be used: ${problem}`;
  return [
    broken('gateway', `none runs, and ${where} ${by}`, `kiro-gw config set port ${port < 65_535 ? port + 1 : 8000}`),
  ];
};
