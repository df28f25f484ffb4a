/** A picture or a film of a step. */
import { isVideo } from "./steps";

export function Media({ source, name, alt }: { source: string; name: string; alt: string }) {
  return isVideo(name) ? <video src={source} controls preload="metadata" aria-label={alt} /> : <img src={source} alt={alt} loading="lazy" />;
}
