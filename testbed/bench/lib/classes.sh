# Sourced by benchmarks: builds when needed and sets `classpath` to the agent and the testbed.
"$root/graftwatch" --version >/dev/null
[ -d "$root/testbed/target/classes" ] || (cd "$root" && mvn -B -q -pl testbed -am compile)
classpath=$root/testbed/target/classes:$(cat "$stage/agent.classpath")
