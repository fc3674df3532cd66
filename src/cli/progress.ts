import type { LoginEvent } from '../kiro/auth/login/flow.ts';
import { paint } from './print.ts';
import { createTurning } from './turning.ts';
import type { World } from './world.ts';

export interface ProgressOptions {
  readonly world: Pick<World, 'errors' | 'browse'>;
  /** Whether pages are opened in the browser of this machine. */
  readonly opensBrowser: boolean;
  /** Whether pages are also shown as a QR code. */
  readonly showsQr: boolean;
}

/** What a person sees of a sign-in that takes its time. */
export interface Progress {
  tell(event: LoginEvent): void;
  say(text: string): void;
  /** Ends the waiting. */
  stop(): void;
}

/** Lines, and on a terminal something that turns while the browser is awaited. */
export async function createProgress({ world, opensBrowser, showsQr }: ProgressOptions): Promise<Progress> {
  const { errors, browse } = world;
  const { bold } = paint(errors);
  const turn = await createTurning(world);
  const draw = showsQr ? await createDrawing() : () => '';
  const say = (text: string): void => {
    turn.stop();
    errors.write(`${text}\n`);
  };
  const open = async (url: string): Promise<void> => {
    if (await browse(url)) return;
    say('No browser could be opened; open the page yourself.');
    turn.start('Waiting for the browser…');
  };
  return {
    say,
    stop: turn.stop,
    tell(event) {
      if (event.type === 'note') return say(event.text);
      const { url, code, expiresAt } = event;
      say(`Open this page in a browser: ${bold(url)}`);
      if (code !== undefined) say(`It shows or asks for this code: ${bold(code)}`);
      if (showsQr) say(draw(url));
      const until = expiresAt === undefined ? '' : `, until ${new Date(expiresAt).toTimeString().slice(0, 5)}`;
      turn.start(`Waiting for the browser${until}… Ctrl-C gives up.`);
      if (opensBrowser) void open(url);
    },
  };
}

async function createDrawing(): Promise<(text: string) => string> {
  const { encodeQR } = await import('qr');
  return text => encodeQR(text, 'ascii', { ecc: 'low' }).trimEnd();
}
