// Opaque reasoning is only valid for the model that wrote it, so what clients keep for us names that model.

/** What a client is handed for a signature (or encrypted thought) of the service. */
export function writeSignature(modelId: string, signature: string): string {
  return `${encodeURIComponent(modelId)}:${signature}`;
}

/** What the client brought back. Without `modelId` it was not made here. */
export function readSignature(text: string): { readonly modelId?: string; readonly signature: string } {
  const end = text.indexOf(':');
  if (end < 1) return { signature: text };
  try {
    return { modelId: decodeURIComponent(text.slice(0, end)), signature: text.slice(end + 1) };
  } catch {
    return { signature: text };
  }
}
