#!/usr/bin/env bun
import { version } from '../package.json';
import { main } from '../src/cli/main.ts';
import { createWorld } from '../src/cli/world.ts';

const world = createWorld(version);
const code = await main(world);
await world.flush();
world.leave(code);
