package io.graftwatch.collector;

import picocli.CommandLine.Command;

@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Enrolment tokens.",
    subcommands = TokenCreateCommand.class)
final class TokenCommand {}
