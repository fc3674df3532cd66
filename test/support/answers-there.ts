/** Whether the gateway with this key answers at an address. Its port may be another program's an instant after its end. */
export async function answersThere(url: string, key: string): Promise<boolean> {
  const init = { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(10_000) };
  try {
    const response = await fetch(`${new URL(url).origin}/v1/models`, init);
    return response.ok && (await response.text()).includes('claude-sonnet-4.5');
  } catch {
    return false;
  }
}
