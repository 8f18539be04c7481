# Sourced by benchmarks: builds when needed and sets `classpath` to the agent and the testbed.
"$root/graftwatch" --version >/dev/null
built=$root/testbed/target/bench.built
if [ ! -e "$built" ] || [ -n "$(find "$root/testbed/src/main" "$stage/agent.classpath" -newer "$built" -print -quit)" ]; then
  (cd "$root" && mvn -B -q -pl testbed -am compile) && touch "$built"
fi
classpath=$root/testbed/target/classes:$(cat "$stage/agent.classpath")
