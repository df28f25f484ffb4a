/** What a scanner tells hands and ears: one short high tone for yes, two low ones for no, and a buzz. */
let audio: AudioContext | undefined;

function tone(frequency: number, from: number, seconds: number) {
  if (!audio) return;
  const swing = audio.createOscillator();
  const volume = audio.createGain();
  swing.frequency.value = frequency;
  volume.gain.value = 0.15;
  swing.connect(volume).connect(audio.destination);
  swing.start(audio.currentTime + from);
  swing.stop(audio.currentTime + from + seconds);
}

export function signal(good: boolean): void {
  try {
    audio ??= new AudioContext();
    if (good) tone(1_320, 0, 0.08);
    else {
      tone(220, 0, 0.15);
      tone(220, 0.22, 0.2);
    }
  } catch {
    audio = undefined; // no sound here: colour and buzz remain
  }
  if ("vibrate" in navigator) navigator.vibrate(good ? 40 : [120, 80, 120]);
}
