/** Where the phone is, if its owner lets us know within ten seconds. */
export interface Position { latitude: string; longitude: string; accuracy: number }

export function whereAmI(): Promise<Position | null> {
  return new Promise((tell) => {
    if (!("geolocation" in navigator)) return tell(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => tell({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: Math.round(coords.accuracy) }),
      () => tell(null),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    );
  });
}
