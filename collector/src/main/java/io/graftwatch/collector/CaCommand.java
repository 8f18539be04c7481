package io.graftwatch.collector;

import picocli.CommandLine.Command;

@Command(
    name = "ca",
    mixinStandardHelpOptions = true,
    description = "The certificate authority of agents and collectors.",
    subcommands = CaRotateCommand.class)
final class CaCommand {}
