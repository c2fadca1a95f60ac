namespace HaConsole.Simulation;

/// <summary>The simulation cannot go on: the simulated servers do something that no real pair may do.</summary>
public sealed class SimulationException(string message) : Exception(message);
