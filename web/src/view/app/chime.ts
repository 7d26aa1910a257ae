let context: AudioContext | undefined;

/** A soft knock of two tones, made on the spot: there is no file to load. */
export function chime(): void {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return; // browsers forbid it
  try {
    context ??= new AudioContext();
    void context.resume();
    tone(context, 587, 0);
    tone(context, 880, 0.09);
  } catch {
    // there is no sound here
  }
}

function tone(audio: AudioContext, hertz: number, delay: number): void {
  const at = audio.currentTime + delay;
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.type = "sine";
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.12, at + 0.008);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.3);
}
